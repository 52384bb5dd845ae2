//! How messages and figures become bytes, and how they are read back: by position, with
//! [postcard](https://docs.rs/postcard), so that a million numbers cross from worker to page as one array, and so that no
//! reader carries the names of fields.
//!
//! What is written so is read by the same build, or by one with the same version number; files for other programs are
//! safetensors and JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Writes a value.
///
/// # Panics
/// If the value can't say how long one of its lists is. No type of this crate has such a list.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    postcard::to_allocvec(value).expect("every list knows its length")
}

/// Reads a value back.
///
/// # Errors
/// What is wrong with the bytes: they end too early, or hold more than the value.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        Ok((_, rest)) => Err(format!("{} bytes are left over", rest.len())),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_or_too_long_is_refused() {
        let value = (vec![1.5f32, -2.0], Some("字".to_owned()), f64::INFINITY, usize::MAX >> 33);
        let mut bytes = encode(&value);
        let read = |bytes: &[u8]| decode::<(Vec<f32>, Option<String>, f64, usize)>(bytes);
        assert_eq!(read(&bytes).as_ref(), Ok(&value));
        assert!(read(&bytes[..bytes.len() - 1]).is_err());
        bytes.push(0);
        assert_eq!(read(&bytes), Err("1 bytes are left over".into()));
        // A length that no memory has room for is no reason to allocate.
        assert!(read(&[0xff, 0xff, 0xff, 0xff, 0x7f]).is_err());
    }
}
