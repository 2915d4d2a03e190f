//! Rules on the plain text: no long files, no marks of unfinished work, comments included.

use super::Breach;

/// A longer file is about more than one thing.
const LINES: usize = 600;
/// Put together here, so that this file does not break its own rule.
const MARKS: [&str; 2] = [concat!("FIX", "ME"), concat!("TO", "DO")];

/// Checks one file.
pub(super) fn check(text: &str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let lines = text.lines().count();
    if lines > LINES {
        breaches.push(Breach {
            line: lines,
            what: format!("{lines} lines: split the file, {LINES} is the most"),
        });
    }
    for (index, line) in text.lines().enumerate() {
        let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        if let Some(mark) = words.find(|word| MARKS.contains(word)) {
            breaches.push(Breach {
                line: index + 1,
                what: format!("`{mark}`: finish it, or say it in an issue"),
            });
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::{LINES, MARKS, check};

    #[test]
    fn long_files_are_found() {
        assert!(check(&"\n".repeat(LINES)).is_empty());
        assert_eq!(check(&"\n".repeat(LINES + 1)).len(), 1);
    }

    #[test]
    fn marks_are_found_as_whole_words() {
        for mark in MARKS {
            let text = format!("fn f() {{}}\n// {mark}: later\n");
            assert_eq!(check(&text).iter().map(|breach| breach.line).collect::<Vec<_>>(), [2]);
            assert!(check(&format!("const {mark}_LIST: u8 = 1;")).is_empty());
            assert!(check(&mark.to_lowercase()).is_empty());
        }
    }
}
