//! As much of HTML as is needed to find attributes in what mdbook and a browser write: quoted, and well formed.

/// The values of an attribute, of every element.
pub(super) fn attribute<'t>(html: &'t str, name: &str) -> Vec<&'t str> {
    let mark = format!(" {name}=\"");
    html.split(&mark).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The text of the first element of this name, without the elements in it.
pub(super) fn text(html: &str, name: &str) -> Option<String> {
    let inner = html.split_once(&format!("<{name}"))?.1.split_once('>')?.1;
    let inner = inner.split_once(&format!("</{name}>"))?.0;
    let mut text = String::new();
    let mut inside = true;
    for letter in inner.chars() {
        match letter {
            '<' => inside = false,
            '>' => inside = true,
            letter if inside => text.push(letter),
            _ => {}
        }
    }
    Some(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{attribute, text};

    #[test]
    fn attributes_and_texts_are_found() {
        let html =
            r##"<a class="x" href="types.html#a">t</a><h1 id="a"><a href="#a">The <em>guide</em></a></h1>"##;
        assert_eq!(attribute(html, "href"), ["types.html#a", "#a"]);
        assert_eq!(attribute(html, "id"), ["a"]);
        assert_eq!(text(html, "h1").as_deref(), Some("The guide"));
        assert_eq!(text(html, "h2"), None);
    }
}
