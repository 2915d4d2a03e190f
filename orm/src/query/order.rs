//! Orders: by chance, the other way round, and the row at one end of them.

use super::QuerySet;
use super::read::{order_fully, reverse};
use crate::database::Executor;
use crate::exec::Run;
use crate::expr::{Function, Node, Nulls, Order, Ordering, Row};
use crate::model::Model;
use crate::types::Decode;

impl<M: Model, Out, L, Ex> QuerySet<M, Out, L, Ex> {
    /// Orders the rows by chance, anew each time: behind what was said so far, and not in the order of the model.
    ///
    /// The database looks at every row that fulfils the conditions, also where few are read.
    pub fn order_random(mut self) -> Self {
        let node = Node::Call(Function::Random, Vec::new());
        self.select.order.push(Order { node, descending: false, nulls: Nulls::Smallest });
        self
    }

    /// The opposite of the order so far, or of that of the model; without either, that of the primary key from its end.
    ///
    /// What is ordered by behind it comes behind the order that it has made. A limit and an offset then count from the other
    /// end.
    pub fn reverse(mut self) -> Self {
        order_fully(&mut self.select);
        self.select.order.iter_mut().for_each(reverse);
        self
    }
}

impl<M: Model, Out, Ex> QuerySet<M, Out, Row, Ex> {
    /// Reads the row that is first by this, if there is one, whatever the order so far; of several, that with the smallest
    /// primary key. Rows where it is NULL are none.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(table = "posts")]
    /// # struct Post {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     published_at: Option<DateTime<Utc>>,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// let oldest: Option<Post> = Post::objects().earliest(Post::published_at).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn earliest<'c, O: Ordering<M, Row>>(self, by: O) -> Run<'c, Option<Out>>
    where
        Out: Decode,
        Ex: Executor<'c>,
    {
        self.only_by(by).first()
    }

    /// Reads the row that is last by this, if there is one, whatever the order so far; of several, that with the greatest
    /// primary key. Rows where it is NULL are none.
    pub fn latest<'c, O: Ordering<M, Row>>(self, by: O) -> Run<'c, Option<Out>>
    where
        Out: Decode,
        Ex: Executor<'c>,
    {
        self.only_by(by).reverse().first()
    }

    /// In this order alone, fully told, of the rows that have what it goes by.
    fn only_by<O: Ordering<M, Row>>(mut self, by: O) -> Self {
        self.select.order.clear();
        by.push_order(&mut self.select.order);
        let there = |order: &Order| Node::Not(Box::new(Node::IsNull(Box::new(order.node.clone()))));
        let there: Vec<_> = self.select.order.iter().map(there).collect();
        self.select.filter.extend(there);
        if !self.select.distinct {
            order_fully(&mut self.select);
        }
        self
    }
}
