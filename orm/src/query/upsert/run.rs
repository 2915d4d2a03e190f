//! What else may be said of an upsert before it runs.

use crate::exec::{self, Act, Job, Run};
use crate::expr::{Condition, Of};
use crate::model::Model;

/// Stands for an upsert that changes the row that is there: see the methods of [`Run`].
#[derive(Debug)]
pub struct Updates<M>(Of<M>);

/// Stands for an upsert that leaves the row that is there as it is: see the methods of [`Run`].
#[derive(Debug)]
pub struct Leaves<M>(Of<M>);

impl<'c, T, M: Model> Run<'c, T, Updates<M>> {
    /// Changes the row that is there only if it fulfils the condition, and leaves it as it is otherwise. Several must
    /// all be fulfilled.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(table = "pages")]
    /// # struct Page {
    /// #     #[field(primary_key, max_length = 200)]
    /// #     url: String,
    /// #     text: String,
    /// #     version: i64,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// let newest = Page::objects()
    ///     .upsert(NewPage::new("/", "Hello", 7))
    ///     .on_conflict(Page::url)
    ///     .update((Page::text.set(Page::text.excluded()), Page::version.set(Page::version.excluded())))
    ///     .filter(Page::version.lt(Page::version.excluded()))
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn filter<C: Condition<M>>(self, condition: C) -> Self {
        let condition = condition.into_node();
        self.change(|job| {
            if let Job::Upsert(upsert) = job
                && let Act::Change { filter, .. } = &mut upsert.act
            {
                filter.push(condition);
            }
        })
    }
}

impl<'c, M: Model> Run<'c, M, Updates<M>> {
    /// Gives the row, and whether it was inserted.
    ///
    /// Exact on every backend, at the price of a few statements in a transaction: none of them says by itself whether it
    /// inserted or updated (the number of rows is the same, and what else there is to see is no promise of a server).
    pub fn created(self) -> Run<'c, (M, bool), Updates<M>> {
        self.say(tell, exec::one_and_created::<M>())
    }
}

impl<'c, M: Model> Run<'c, M, Leaves<M>> {
    /// Gives the row, and whether it was inserted. Exact on every backend.
    pub fn created(self) -> Run<'c, (M, bool), Leaves<M>> {
        self.say(tell, exec::one_and_created::<M>())
    }
}

impl<'c, M: Model> Run<'c, u64, Updates<M>> {
    /// Gives the rows as the database holds them then, those that were left as they are too, each once and in no order.
    pub fn returning(self) -> Run<'c, Vec<M>, Updates<M>> {
        self.say(tell, exec::all::<M>())
    }
}

impl<'c, M: Model> Run<'c, u64, Leaves<M>> {
    /// Gives the rows as the database holds them, those that were there already too, each once and in no order.
    pub fn returning(self) -> Run<'c, Vec<M>, Leaves<M>> {
        self.say(tell, exec::all::<M>())
    }
}

fn tell(job: &mut Job) {
    if let Job::Upsert(upsert) = job {
        upsert.told = true;
    }
}
