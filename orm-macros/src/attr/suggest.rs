//! Did you mean …?

/// The candidate nearest to `name`, if one is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= allowed || is_stem(name, candidate))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Whether one of the two is the beginning of the other, and long enough to say something.
fn is_stem(name: &str, candidate: &str) -> bool {
    name.len() >= 3 && candidate.len() >= 3 && (candidate.starts_with(name) || name.starts_with(candidate))
}

/// How many characters must be added, removed, changed or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + changed);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_are_recognised() {
        let known = ["max_length", "primary_key", "unique", "index"];
        assert_eq!(nearest("max_lenght", known), Some("max_length"));
        assert_eq!(nearest("pimary_key", known), Some("primary_key"));
        assert_eq!(nearest("uniqe", known), Some("unique"));
        assert_eq!(nearest("primary", known), Some("primary_key"));
    }

    #[test]
    fn other_words_are_not() {
        assert_eq!(nearest("colour", ["max_length", "unique", "index"]), None);
        assert_eq!(nearest("pk", ["max_length", "primary_key"]), None);
    }

    #[test]
    fn a_swap_is_one_step() {
        assert_eq!(distance("lenght", "length"), 1);
        assert_eq!(distance("", "abc"), 3);
    }
}
