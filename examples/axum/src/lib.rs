//! People in one database, and what they look at in another.
//!
//! [`serve`] opens both before the first request and closes them after the last: whoever stops it loses no request.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use orm::prelude::*;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// Somebody who is known by name. Of the database `default`.
#[derive(Model, Debug, Clone, PartialEq, Serialize)]
#[model(table = "web_users", new(Deserialize))]
pub struct User {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// The name.
    #[field(max_length = 80, unique)]
    pub name: String,
}

/// A page that was looked at. Of the database `analytics`, whose rows know users by number alone.
#[derive(Model, Debug, Clone, PartialEq, Serialize)]
#[model(table = "web_visits", database = "analytics")]
pub struct Visit {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// Who looked.
    pub user: i64,
    /// What at.
    #[field(max_length = 200)]
    pub page: String,
}

/// What a visit is made of.
#[derive(Debug, Deserialize)]
pub struct Seen {
    page: String,
}

/// What goes wrong, as an answer.
#[derive(Debug)]
pub struct Problem(orm::Error);

impl From<orm::Error> for Problem {
    fn from(error: orm::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = match &self.0 {
            error if error.is_not_found() => StatusCode::NOT_FOUND,
            error if error.is_unique_violation() => StatusCode::CONFLICT,
            error if error.is_retryable() => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        // Nothing of what went wrong inside is told outside.
        status.into_response()
    }
}

async fn create_user(Json(new): Json<NewUser>) -> Result<(StatusCode, Json<User>), Problem> {
    Ok((StatusCode::CREATED, Json(User::objects().create(new).await?)))
}

async fn user(Path(id): Path<i64>) -> Result<Json<User>, Problem> {
    Ok(Json(User::objects().get(id).await?))
}

async fn see(Path(id): Path<i64>, Json(seen): Json<Seen>) -> Result<StatusCode, Problem> {
    let user = User::objects().get(id).await?;
    Visit::objects().create(NewVisit::new(user.id, seen.page)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn visits(Path(id): Path<i64>) -> Result<Json<Vec<Visit>>, Problem> {
    // The model says where its rows are; `.using("analytics")` says it of one query.
    Ok(Json(Visit::objects().filter(Visit::user.eq(id)).order_by(Visit::id).using("analytics").all().await?))
}

async fn health() -> (StatusCode, String) {
    let found = db::check().await;
    let status =
        if found.iter().all(db::Checked::is_ok) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let line = |one: &db::Checked| {
        format!("{}: {}\n", one.names.join(", "), if one.is_ok() { "ok" } else { "away" })
    };
    (status, found.iter().map(line).collect())
}

/// All routes.
pub fn app() -> Router {
    Router::new()
        .route("/users", post(create_user))
        .route("/users/{id}", get(user))
        .route("/users/{id}/visits", get(visits).post(see))
        .route("/health", get(health))
}

/// Opens the databases, serves until `stop` is ready, lets the requests finish that are under way, closes the databases.
///
/// # Errors
///
/// What opening the databases, the network, or closing the databases says.
pub async fn serve(
    listener: TcpListener,
    databases: [(&str, String); 2],
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    db::lifespan(databases)
        .run(async || {
            db::get("default")?.create_tables(&[User::TABLE]).await?;
            db::get("analytics")?.create_tables(&[Visit::TABLE]).await?;
            axum::serve(listener, app()).with_graceful_shutdown(stop).await?;
            Ok(())
        })
        .await
}
