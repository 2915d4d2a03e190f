//! One static database under many runtimes: fifty tests of the standard harness a backend, each with its own.

use std::time::Duration;

use orm::model::Table;
use orm::prelude::*;
use orm_tests::{Kind, Lasting, Outcome};

/// A test that came by.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "visits")]
struct Visit {
    #[field(primary_key)]
    id: i64,
    test: i32,
    #[field(max_length = 20)]
    how: String,
}

static TABLES: [&Table; 1] = [Visit::TABLE];

/// Longer than any machine needs: what hangs is a failure.
const PATIENCE: Duration = Duration::from_secs(60);

/// Says once why the tests of a backend do nothing.
#[expect(clippy::print_stdout, reason = "the report of a test run")]
async fn is_there(kind: Kind, lasting: &'static Lasting) -> Outcome {
    match lasting.handle().await? {
        Ok(database) => {
            database.ping().await?;
            lasting.count()?;
        }
        Err(reason) => println!("left out: {kind}: {reason}"),
    }
    Ok(())
}

/// Writes and reads on the runtime of this test, while a thread without one blocks.
async fn visit(lasting: &'static Lasting, test: i32) -> Outcome {
    // That there is no server is said by another test.
    let Ok(database) = lasting.handle().await? else { return Ok(()) };
    let work = async {
        let thread = std::thread::spawn(move || {
            let visits = Visit::objects().using(database);
            let made = visits.create(NewVisit::new(test, "blocking")).blocking()?;
            let read = Visit::objects().using(database).get(made.id).blocking()?;
            Ok::<_, orm::Error>((made, read))
        });
        let visits = Visit::objects().using(database);
        let made = visits.clone().create(NewVisit::new(test, "async")).await?;
        assert_eq!(visits.clone().get(made.id).await?, made);
        let joined = tokio::task::spawn_blocking(|| thread.join()).await?;
        let (made, read) = joined.map_err(|_| "the thread panicked")??;
        assert_eq!(made, read);
        let mine = visits.filter(Visit::test.eq(test)).order_by(Visit::how).select(Visit::how).all().await?;
        assert_eq!(mine, ["async", "blocking"]);
        Outcome::Ok(())
    };
    tokio::time::timeout(PATIENCE, work).await.map_err(|_| "it hangs")??;
    lasting.count()?;
    Ok(())
}

/// Threads that block, at the same time as tasks of a runtime with several workers and as the other tests.
async fn crowd(lasting: &'static Lasting) -> Outcome {
    let Ok(database) = lasting.handle().await? else { return Ok(()) };
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            std::thread::spawn(move || {
                for n in 0..10 {
                    let row = NewVisit::new(1000 + thread, format!("thread {n}"));
                    Visit::objects().using(database).create(row).blocking()?;
                }
                Ok::<_, orm::Error>(())
            })
        })
        .collect();
    let tasks: Vec<_> = (0..4)
        .map(|task| {
            tokio::spawn(async move {
                for n in 0..10 {
                    let row = NewVisit::new(2000 + task, format!("task {n}"));
                    Visit::objects().using(database).create(row).await?;
                }
                Ok::<_, orm::Error>(())
            })
        })
        .collect();
    let work = async {
        for task in tasks {
            task.await??;
        }
        let join = || threads.into_iter().map(std::thread::JoinHandle::join).collect::<Vec<_>>();
        for joined in tokio::task::spawn_blocking(join).await? {
            joined.map_err(|_| "a thread panicked")??;
        }
        Outcome::Ok(())
    };
    tokio::time::timeout(PATIENCE, work).await.map_err(|_| "it hangs")??;
    assert_eq!(Visit::objects().using(database).filter(Visit::test.ge(1000)).count().await?, 80);
    lasting.count()?;
    Ok(())
}

macro_rules! backend {
    ($module:ident, $kind:ident: $($name:ident = $number:literal)*) => {
        mod $module {
            use super::*;

            static DATABASE: Lasting = Lasting::new(Kind::$kind, stringify!($module), &TABLES);

            #[tokio::test]
            async fn is_there() -> Outcome {
                super::is_there(Kind::$kind, &DATABASE).await
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn crowd() -> Outcome {
                super::crowd(&DATABASE).await
            }

            $(#[tokio::test]
            async fn $name() -> Outcome {
                visit(&DATABASE, $number).await
            })*
        }
    };
}

macro_rules! backends {
    ($($module:ident $kind:ident)*) => {$(
        backend! { $module, $kind:
            r01 = 1 r02 = 2 r03 = 3 r04 = 4 r05 = 5 r06 = 6 r07 = 7 r08 = 8 r09 = 9 r10 = 10
            r11 = 11 r12 = 12 r13 = 13 r14 = 14 r15 = 15 r16 = 16 r17 = 17 r18 = 18 r19 = 19 r20 = 20
            r21 = 21 r22 = 22 r23 = 23 r24 = 24 r25 = 25 r26 = 26 r27 = 27 r28 = 28 r29 = 29 r30 = 30
            r31 = 31 r32 = 32 r33 = 33 r34 = 34 r35 = 35 r36 = 36 r37 = 37 r38 = 38 r39 = 39 r40 = 40
            r41 = 41 r42 = 42 r43 = 43 r44 = 44 r45 = 45 r46 = 46 r47 = 47 r48 = 48 r49 = 49 r50 = 50
        }
    )*};
}

backends! { sqlite Sqlite postgres Postgres mariadb MariaDb mysql MySql }
