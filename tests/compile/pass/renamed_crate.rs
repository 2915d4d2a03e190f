//! The run time is found where the model says it is.

mod inner {
    pub(crate) use renamed::model::Meta as MetaTrait;
    pub(crate) use renamed::prelude::{Meta, Model};

    #[derive(Meta)]
    #[meta(app = "inner", crate = renamed)]
    pub(crate) struct Shared;

    #[derive(Model)]
    #[model(meta = Shared, crate = crate::renamed_crate::facade::orm)]
    pub(crate) struct Thing {
        #[field(primary_key)]
        pub(crate) id: i64,
        pub(crate) name: Option<String>,
    }
}

mod facade {
    pub(crate) use renamed as orm;
}

pub fn main() {
    use inner::{MetaTrait, Model};
    assert_eq!(inner::Shared::DEF.app, Some("inner"));
    assert_eq!(inner::Thing::TABLE.app(), "inner");
    let _ = inner::NewThing::new().name("x");
}
