//! Links inside of the book.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::html::attribute;

/// Follows every link that does not leave the book, and gives their number.
pub(super) fn check(book: &Path, pages: &[PathBuf]) -> Result<usize> {
    let (mut count, mut broken) = (0_usize, Vec::new());
    let mut known = BTreeMap::new();
    for page in pages {
        let html = fs::read_to_string(page).with_context(|| format!("cannot read {}", page.display()))?;
        for link in [attribute(&html, "href"), attribute(&html, "src")].concat() {
            if is_elsewhere(link) {
                continue;
            }
            count += 1;
            if let Err(why) = follow(book, page, link, &mut known) {
                broken.push(format!("{}: {link}: {why}", page.display()));
            }
        }
    }
    if broken.is_empty() { Ok(count) } else { bail!("broken links:\n{}", broken.join("\n")) }
}

/// Whether a link names a scheme: another place, or data of its own.
fn is_elsewhere(link: &str) -> bool {
    link.split_once(':')
        .is_some_and(|(scheme, _)| scheme.chars().all(|letter| letter.is_ascii_alphanumeric()))
}

/// Finds what a link leads to. `known` holds the names inside of pages that were read.
fn follow(
    book: &Path,
    page: &Path,
    link: &str,
    known: &mut BTreeMap<PathBuf, Vec<String>>,
) -> Result<(), &'static str> {
    let (path, name) = link.split_once('#').unwrap_or((link, ""));
    let path = path.split('?').next().unwrap_or(path);
    let target =
        if path.is_empty() { page.to_owned() } else { normal(&page.parent().unwrap_or(book).join(path)) };
    if !target.starts_with(book) {
        return Err("it leads out of the book");
    }
    if !target.is_file() {
        return Err("there is no such file");
    }
    if name.is_empty() {
        return Ok(());
    }
    let names = known.entry(target.clone()).or_insert_with(|| {
        let html = fs::read_to_string(&target).unwrap_or_default();
        attribute(&html, "id").into_iter().map(str::to_owned).collect()
    });
    if names.iter().any(|known| known == name) { Ok(()) } else { Err("there is no such name in the page") }
}

/// The path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use super::{check, follow, is_elsewhere};

    #[test]
    fn links_lead_somewhere_or_say_why_not() -> anyhow::Result<()> {
        let book = std::env::temp_dir().join(format!("xtask-links-{}", std::process::id()));
        fs::create_dir_all(book.join("deep"))?;
        let (one, two) = (book.join("one.html"), book.join("deep/two.html"));
        fs::write(&one, r##"<h1 id="top">x</h1><a href="deep/two.html#in">x</a> <a href="#top">x</a>"##)?;
        fs::write(&two, r#"<p id="in"><img src="../one.html?x"><a href="https://localhost/">x</a></p>"#)?;
        assert_eq!(check(&book, &[one.clone(), two.clone()])?, 3);
        let mut known = BTreeMap::new();
        for link in ["three.html", "deep/two.html#out", "../out.html", "deep", "#"] {
            let followed = follow(&book, &one, link, &mut known);
            assert_eq!(followed.is_err(), link != "#", "{link}");
        }
        fs::write(&one, r#"<a href="three.html">x</a>"#)?;
        assert!(check(&book, &[one, two]).is_err());
        Ok(fs::remove_dir_all(book)?)
    }

    #[test]
    fn other_places_are_left_alone() {
        assert!(is_elsewhere("https://localhost/") && is_elsewhere("data:image/png;base64,x"));
        assert!(!is_elsewhere("types.html") && !is_elsewhere("./a:b.html") && !is_elsewhere("#a:b"));
    }
}
