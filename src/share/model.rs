//! Numbers in a snapshot, read without an engine.
//!
//! The page's part of a safetensors file is two lists of numbers, and a reader of JSON would be its only one: what stands here
//! finds a tensor's place in the header by its name. A file of somebody else's goes to an engine.

/// Bytes of a model file that is read.
pub const MODEL_LIMIT: usize = 512 * 1024 * 1024;
/// Bytes of a header at most.
const HEADER_LIMIT: usize = 16 * 1024 * 1024;

/// The numbers of a tensor of single precision in a safetensors file as Unroll writes it; none where there is no such tensor.
/// `name` has no character that JSON escapes.
pub fn numbers_of(file: &[u8], name: &str) -> Option<Vec<f32>> {
    let (length, rest) = file.split_first_chunk::<8>()?;
    let length =
        usize::try_from(u64::from_le_bytes(*length)).ok().filter(|length| *length <= HEADER_LIMIT)?;
    let (header, data) = rest.split_at_checked(length)?;
    let entry = entry_of(str::from_utf8(header).ok()?, name)?;
    if !entry.contains(r#""dtype":"F32""#) {
        return None;
    }
    let (start, end) = entry.split_once(r#""data_offsets":["#)?.1.split_once(']')?.0.split_once(',')?;
    let offset = |text: &str| text.trim().parse::<usize>().ok();
    let bytes = data.get(offset(start)?..offset(end)?)?;
    Some(bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}

/// What a header says of a tensor, between its braces. Inside a text of the metadata every quotation mark has a backslash
/// before it.
fn entry_of<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    let key = format!("\"{name}\":{{");
    let is_key = |place: &usize| !header[..*place].ends_with('\\');
    let place = header.match_indices(&key).map(|(place, _)| place).find(is_key)?;
    Some(header[place + key.len()..].split_once('}')?.0)
}

#[cfg(test)]
mod tests {
    use safetensors::tensor::{Dtype, TensorView};

    use super::*;

    fn bytes(values: &[f32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    #[test]
    fn a_tensor_is_found_by_its_name_alone() {
        let (losses, others) = (bytes(&[1.0, 0.5, 0.25]), bytes(&[9.0; 5]));
        let view = |bytes, count| TensorView::new(Dtype::F32, vec![count], bytes).unwrap();
        let tensors =
            [("losses", view(&losses, 3)), ("exp_avg.losses", view(&others, 5)), ("norms", view(&[], 0))];
        let hostile = r#"{"losses":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
        let metadata = [("a", hostile), ("losses", "x")].map(|(key, text)| (key.to_owned(), text.to_owned()));
        let file = safetensors::serialize(tensors, Some(metadata.into())).unwrap();
        assert_eq!(numbers_of(&file, "losses"), Some(vec![1.0, 0.5, 0.25]));
        assert_eq!(numbers_of(&file, "norms"), Some(vec![]));
        assert_eq!(numbers_of(&file, "weight"), None);
        for cut in 0..file.len() {
            let _ = numbers_of(&file[..cut], "losses");
        }
        let doubles = TensorView::new(Dtype::F64, vec![1], &[0; 8]).unwrap();
        let file = safetensors::serialize([("losses", doubles)], None).unwrap();
        assert_eq!(numbers_of(&file, "losses"), None);
    }
}
