//! Numbers in a safetensors file, read without an engine.

/// Bytes of a model file that is read.
pub const MODEL_LIMIT: usize = 512 * 1024 * 1024;
/// Bytes of a header at most.
const HEADER_LIMIT: usize = 16 * 1024 * 1024;

/// The numbers of a tensor of single precision in a safetensors file; none where there is no such tensor.
pub fn numbers_of(file: &[u8], name: &str) -> Option<Vec<f32>> {
    let (length, rest) = file.split_first_chunk::<8>()?;
    let length =
        usize::try_from(u64::from_le_bytes(*length)).ok().filter(|length| *length <= HEADER_LIMIT)?;
    let (header, data) = rest.split_at_checked(length)?;
    let header: serde_json::Value = serde_json::from_slice(header).ok()?;
    let tensor = header.get(name).filter(|tensor| tensor.get("dtype").is_some_and(|dtype| dtype == "F32"))?;
    let offset = |index: usize| usize::try_from(tensor.get("data_offsets")?.get(index)?.as_u64()?).ok();
    let bytes = data.get(offset(0)?..offset(1)?)?;
    Some(bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}
