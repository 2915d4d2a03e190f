//! Names of constraints and indexes: deterministic, and short enough for every backend.

/// PostgreSQL cuts names at 63 bytes; the other backends allow more.
const LIMIT: usize = 63;

/// The name of a constraint: `{table}_{columns}_{suffix}`, cut with a hash where it is too long.
///
/// Suffixes are `pk`, `uq`, `fk` and `ck`. The same table and columns give the same name on every backend
/// and in every version of this crate, because databases keep it.
#[must_use]
pub fn constraint_name(table: &str, columns: &[&str], suffix: &str) -> String {
    let full = format!("{table}_{}_{suffix}", columns.join("_"));
    if full.len() <= LIMIT { full } else { cut(&full, suffix) }
}

/// The name of an index: as for a constraint, with the suffix `ix`.
#[must_use]
pub fn index_name(table: &str, columns: &[&str]) -> String {
    constraint_name(table, columns, "ix")
}

/// The name of what an expression makes: `{table}_{columns}_{hash of its text}_{suffix}`.
///
/// What else there is in the table does not matter, so the name stays when something is added.
pub(crate) fn expression_name(table: &str, columns: &[&str], text: &str, suffix: &str) -> String {
    let hash = format!("{:08x}", fnv1a(text.as_bytes()));
    let parts: Vec<&str> = columns.iter().copied().chain([hash.as_str()]).collect();
    constraint_name(table, &parts, suffix)
}

/// The beginning of the name, 8 hexadecimal digits of its hash, and the suffix.
fn cut(full: &str, suffix: &str) -> String {
    let tail = format!("_{:08x}_{suffix}", fnv1a(full.as_bytes()));
    let mut end = LIMIT.saturating_sub(tail.len());
    while !full.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{tail}", &full[..end])
}

/// 32-bit FNV-1a: <https://datatracker.ietf.org/doc/draft-eastlake-fnv/>. Stable by definition, which the
/// hashers of the standard library are not.
fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_spelled_out() {
        assert_eq!(constraint_name("users", &["username"], "uq"), "users_username_uq");
        assert_eq!(index_name("posts", &["author_id", "published_at"]), "posts_author_id_published_at_ix");
    }

    #[test]
    fn long_names_are_cut_to_63_bytes_and_stay_distinct() {
        let a = index_name(&"t".repeat(60), &["first_column"]);
        let b = index_name(&"t".repeat(60), &["other_column"]);
        assert_eq!((a.len(), b.len()), (63, 63));
        assert_ne!(a, b);
        assert!(a.ends_with("_ix"));
    }

    #[test]
    fn cutting_respects_characters() {
        let name = index_name(&"ü".repeat(40), &["x"]);
        assert!(name.len() <= 63, "{name}");
    }

    #[test]
    fn names_never_change() {
        // Databases keep these names: a change here breaks every one of them.
        let name = constraint_name(&"a".repeat(80), &["b"], "fk");
        assert_eq!(name, format!("{}_ddd55b5a_fk", "a".repeat(51)));
        let name = expression_name("posts", &["likes"], "ge(likes, 0)", "ck");
        assert_eq!(name, format!("posts_likes_{:08x}_ck", fnv1a(b"ge(likes, 0)")));
        // From the test vectors of the draft.
        assert_eq!(fnv1a(b""), 0x811c_9dc5);
        assert_eq!(fnv1a(b"a"), 0xe40c_292c);
        assert_eq!(fnv1a(b"foobar"), 0xbf9c_f968);
    }
}
