use crate::driver::*;
use crate::error::Result;
pub(crate) struct Lease<'c>(pub(crate) Connection, std::marker::PhantomData<&'c mut ()>);
impl Lease<'_> {
    pub(crate) fn server(&self) -> Server {
        self.0.server()
    }
    pub(crate) async fn run(&mut self, s: Statement<'_>, sink: &mut dyn Sink) -> Result<Outcome> {
        self.0.run(s, sink).await
    }
    pub(crate) async fn batch(&mut self, s: &str) -> Result<()> {
        self.0.batch(s).await
    }
    pub(crate) async fn begin(&mut self) -> Result<()> {
        self.0.batch("BEGIN").await
    }
    pub(crate) async fn commit(&mut self) -> Result<()> {
        self.0.batch("COMMIT").await
    }
    pub(crate) async fn rollback(&mut self) -> Result<()> {
        self.0.batch("ROLLBACK").await
    }
}
