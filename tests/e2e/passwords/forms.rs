//! What a password may look like.

/// What each password begins and ends with.
pub(super) const WORD: &str = "Zq7xW";

/// Everything that must not be found.
pub(super) fn all(passwords: &[String]) -> Vec<String> {
    let known = ["", "f", "fo", "foo", "foob", "fooba"].map(|text| base64(text.as_bytes()));
    assert_eq!(known, ["", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE"]);
    // A piece is as bad as the whole: the word in it, in base64 wherever it stands.
    let mut forms = vec![WORD.to_owned()];
    for before in 0..3 {
        let text = [vec![b'x'; before], WORD.as_bytes().to_vec()].concat();
        let whole = base64(&text);
        // The characters that depend on the word alone.
        let (from, to) = ((before * 8).div_ceil(6), text.len() * 8 / 6);
        forms.extend(whole.get(from..to).map(str::to_owned));
    }
    for password in passwords {
        forms.push(password.clone());
        forms.push(encoded(password));
        for text in [password.clone(), format!("ann:{password}"), format!("\0ann\0{password}")] {
            let whole = base64(text.as_bytes());
            forms.push(whole.replace('+', "-").replace('/', "_"));
            forms.push(whole);
        }
        forms.push(password.bytes().map(|byte| format!("{byte:02x}")).collect());
    }
    forms
}

/// Each byte that is no letter or digit as `%41`.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Without what fills it up at the end.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for digit in 0..=chunk.len() {
            let index = usize::try_from(number >> (18 - 6 * digit) & 63).unwrap_or_default();
            out.push(char::from(DIGITS[index]));
        }
    }
    out
}
