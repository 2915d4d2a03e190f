//! stub
/// stub
#[derive(Debug, Clone)]
pub enum DatabaseRef {
    Name(&'static str),
}
