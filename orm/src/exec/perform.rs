//! Doing a job on the connection that it gets.

use super::choose::{self, Decided, Start};
use super::collect::{Collect, Expect, Response};
use super::{
    Job, Lease, blame, bulk, create, explain, fit, get_or_create, left_out, link, prefetch, relations, save,
    spread, upsert,
};
use crate::database::{Target, To};
use crate::driver::{Backend, Outcome, Server, Sink, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::plan::{Conflict, Plan};
use crate::raw;
use crate::sql;

/// Does the job. Not generic: one copy in the program.
pub(super) async fn perform(
    job: Job,
    target: Target<'_>,
    mut sink: Box<dyn Collect>,
    expect: Expect,
) -> Result<Response> {
    let job = match job {
        Job::Refused(error) => return Err(error),
        // Boxed, so that the futures of all other queries need no room for them.
        Job::Raw(raw) => {
            let affected = Box::pin(raw::perform(*raw, target, &mut *sink, expect)).await?;
            return Ok(Response { rows: sink, affected });
        }
        job => job,
    };
    let Some(table) = job.table() else {
        return Err(Error::new(ErrorKind::InvalidQuery { reason: "the query has no table".to_owned() }));
    };
    #[cfg(feature = "validate")]
    super::validate::check(&job, table)?;
    let is_auto = matches!(target.to, To::Auto);
    if is_auto && relations::may_differ() && relations::check(&job)? {
        return Box::pin(prefetch::load_apart(job, target.outside, sink, expect)).await;
    }
    let access = job.access();
    let decided = choose::decide(target, Some(table), access);
    let pause = sink.pause();
    let mut lease = match decided.map_err(|error| error.with_model(table.model))? {
        Decided::Start(Start::Among(spread)) => {
            return Box::pin(spread::perform(job, spread, table, sink, expect)).await;
        }
        decided => decided.lease(pause.as_ref()).await.map_err(|error| error.with_model(table.model))?,
    };
    if job.is_locking() {
        lasts(&lease).map_err(|error| error.with_model(table.model))?;
    }
    let origin = |lease: &Lease<'_>| if is_auto { lease.origin_of(table) } else { lease.origin() };
    sink.begin(&|| origin(&lease));
    if !access.is_read() {
        // Before anything is sent: of what fails, or is given up, part may be there.
        lease.writes();
    }
    let result = match job {
        Job::Plan(plan) => execute(&mut lease, &plan, &mut *sink).await.map(|outcome| outcome.affected),
        // Boxed, as SQL of one's own.
        Job::Tree(tree) => Box::pin(tree.load(&mut lease, &mut *sink, expect)).await,
        Job::Reached(reached) => Box::pin(reached.load(&mut lease, &mut *sink)).await,
        Job::Create { table, values } => {
            Box::pin(create::create(&mut lease, table, values, &mut *sink)).await
        }
        Job::BulkCreate { table, values, leave_out: false } => {
            Box::pin(bulk::create(&mut lease, table, values)).await
        }
        Job::BulkCreate { table, values, leave_out: true } => {
            Box::pin(left_out::create(&mut lease, table, values)).await
        }
        Job::Upsert(upsert) if upsert.many => {
            let into: Option<&mut dyn Sink> = if upsert.told { Some(&mut *sink) } else { None };
            Box::pin(upsert::many(&mut lease, *upsert, into)).await
        }
        Job::Upsert(upsert) => Box::pin(upsert::one(&mut lease, *upsert, &mut *sink)).await,
        Job::GetOrCreate(wanted) => {
            Box::pin(get_or_create::get_or_create(&mut lease, *wanted, &mut *sink)).await
        }
        Job::Link(link) => Box::pin(link::change(&mut lease, *link)).await,
        Job::Save(one) => Box::pin(save::save(&mut lease, *one, &mut *sink)).await,
        Job::Explain(one) => Box::pin(explain::explain(&mut lease, *one, &mut *sink)).await,
        Job::Raw(_) | Job::Refused(_) => Ok(0),
    }
    .and_then(|affected| expect.check(sink.count()).map(|()| affected));
    let affected = result.map_err(|error| error.with_model(table.model).with_database(lease.database()))?;
    sink.trace(&|| origin(&lease));
    Ok(Response { rows: sink, affected })
}

/// Refuses a lock that would be over at once. Whether there is a transaction on a connection that was lent, its owner knows.
pub(super) fn lasts(lease: &Lease<'_>) -> Result<()> {
    if lease.in_transaction() || matches!(lease, Lease::Lent(_)) {
        return Ok(());
    }
    Err(lock_at_once_over().with_database(lease.database()))
}

#[cold]
fn lock_at_once_over() -> Error {
    let reason =
        "a lock outside of a transaction, which would end with the statement: use `orm::atomic`".to_owned();
    Error::new(ErrorKind::InvalidQuery { reason })
}

/// Runs one plan on a connection.
pub(super) async fn execute(lease: &mut Lease<'_>, plan: &Plan, sink: &mut dyn Sink) -> Result<Outcome> {
    fit::check(plan, lease.server().backend)?;
    let prepared =
        sql::prepare(plan, lease.server()).map_err(|error| error.with_model(plan.table().model))?;
    let args = prepared.args();
    let statement = Statement { sql: prepared.sql(), args: &args, scales: prepared.scales() };
    let result = lease.run(statement, sink).await;
    result.map_err(|said| {
        let error = blame::blame(said.clone(), plan);
        lease.restate(&said, &error);
        error
    })
}

/// Refuses a plan that is to be sent later, as running it would.
pub(super) fn check(plan: &Plan, server: Server) -> Result<()> {
    fit::check(plan, server.backend)?;
    sql::prepare(plan, server).map(drop).map_err(|error| error.with_model(plan.table().model))
}

/// The SQL of a job for a backend, without a connection.
pub(crate) fn to_sql(job: &Job, backend: Backend) -> Result<String> {
    let server = Server::oldest_supported(backend);
    let of = |plan: &Plan| {
        let prepared = sql::prepare(plan, server).map_err(|error| error.with_model(plan.table().model))?;
        Ok(sql::shown(prepared.sql()).into_owned())
    };
    match job {
        Job::Plan(plan) => of(plan),
        Job::Explain(explain) => of(&explain.plan),
        Job::Tree(tree) => of(&tree.plan()?),
        Job::Reached(reached) => of(&reached.plan(server)?),
        Job::Create { table, values } => of(&create::plan(table, values.clone(), server)),
        Job::BulkCreate { table, values, leave_out } => {
            let plans = match leave_out {
                true => left_out::plans(table, values.clone(), server),
                false => bulk::plans(table, values.clone(), server, &Conflict::Refused),
            };
            plans.first().map_or_else(|| Ok(String::new()), of)
        }
        Job::Upsert(upsert) if upsert.many => match upsert::first_of_many(upsert, server)? {
            Some(plan) => of(&plan),
            None => Ok(String::new()),
        },
        Job::Upsert(upsert) => of(&upsert::first(upsert, server)?),
        Job::GetOrCreate(wanted) => of(&wanted.first()),
        Job::Link(link) => of(&link::first(link, server)?),
        Job::Raw(raw) => raw::to_sql(raw, backend),
        Job::Save(save) => of(&Plan::Update(Box::new(save.update.clone()))),
        Job::Refused(error) => Err(error.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// It is moved to the heap, whole, each time that a query runs.
    #[test]
    fn its_future_is_small() {
        let refused = Job::Refused(Error::new(ErrorKind::NotFound));
        let future = perform(refused, Target::from(To::Auto), Box::new(()), Expect::Any);
        let size = size_of_val(&future);
        assert!(size <= 2_048, "{size} bytes");
    }
}
