//! Writes a pattern so that every engine reads the same.

use super::parse::Part;
use super::set::Set;

/// The pattern; `end` is what the engine calls the very end of the text.
pub(super) fn print(part: &Part, end: &str) -> String {
    let mut text = String::new();
    write(part, end, &mut text);
    if text.is_empty() {
        // MySQL takes no empty pattern.
        text.push_str("(?:)");
    }
    text
}

fn write(part: &Part, end: &str, text: &mut String) {
    match part {
        Part::One(set) => write_set(set, text),
        Part::Start => text.push('^'),
        Part::End => text.push_str(end),
        Part::Sequence(parts) => parts.iter().for_each(|part| match part {
            Part::Choice(_) => group(part, end, text),
            part => write(part, end, text),
        }),
        Part::Choice(parts) => {
            for (at, part) in parts.iter().enumerate() {
                if at > 0 {
                    text.push('|');
                }
                write(part, end, text);
            }
        }
        Part::Repeat(part, min, max) => {
            match **part {
                Part::One(_) => write(part, end, text),
                _ => group(part, end, text),
            }
            match (min, max) {
                (0, None) => text.push('*'),
                (1, None) => text.push('+'),
                (0, Some(1)) => text.push('?'),
                (min, None) => text.push_str(&format!("{{{min},}}")),
                (min, Some(max)) => text.push_str(&format!("{{{min},{max}}}")),
            }
        }
    }
}

fn group(part: &Part, end: &str, text: &mut String) {
    text.push_str("(?:");
    write(part, end, text);
    text.push(')');
}

fn write_set(set: &Set, text: &mut String) {
    if let [(low, high)] = set.ranges()
        && low == high
    {
        return literal(*low, text);
    }
    let complement = set.complement();
    // Everything there is has no complement to say.
    let negated = set.is_mostly_all() && !complement.is_empty();
    text.push_str(if negated { "[^" } else { "[" });
    for (low, high) in if negated { complement.ranges() } else { set.ranges() } {
        literal(*low, text);
        if low != high {
            text.push('-');
            literal(*high, text);
        }
    }
    text.push(']');
}

/// The character itself, after a backslash if it means something within sets or without.
fn literal(c: char, text: &mut String) {
    if "\\.+*?()|[]{}^$-&~".contains(c) {
        text.push('\\');
    }
    text.push(c);
}
