//! Takes numbers and texts off the front of a message, and fails where the message is too short.

use anyhow::{Context, Result};

/// The part of a message which is not read yet.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Result<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(count).context("a message ended early")?;
        self.rest = rest;
        Ok(bytes)
    }

    pub(crate) fn u8(&mut self) -> Result<u8> {
        let [byte] = self.array()?;
        Ok(byte)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        Ok(self.bytes(N)?.try_into()?)
    }

    /// Everything up to a zero byte, which is taken too; at the end of a message the zero may be missing.
    pub(crate) fn text(&mut self) -> String {
        let end = self.rest.iter().position(|&byte| byte == 0).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest.get(1..).unwrap_or_default();
        String::from_utf8_lossy(text).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::Reader;

    #[test]
    fn reads_in_order_and_never_past_the_end() -> anyhow::Result<()> {
        let mut reader = Reader::new(b"\x0a8.0\0\x01\x02tail");
        assert_eq!(reader.u8()?, 10);
        assert_eq!(reader.text(), "8.0");
        assert_eq!(u16::from_le_bytes(reader.array()?), 0x0201);
        assert_eq!(reader.text(), "tail");
        assert!(reader.is_empty());
        assert!(reader.u8().is_err());
        Ok(())
    }
}
