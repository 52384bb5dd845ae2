//! The tensors of a model, found in a file under the names that wrappers gave them, and in any floating-point type.

use half::{bf16, f16};
use safetensors::tensor::Dtype;

use super::header::{File, Stored};
use crate::Error;
use crate::error::ModelFault;
use crate::nn::Spec;

/// What PyTorch's wrappers put into names: data parallelism, compilation, sharding, checkpoints of activations.
const WRAPPERS: [&str; 4] = ["module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"];
/// Names that a message lists.
const LISTED: usize = 6;

/// The numbers of a model.
pub struct Found {
    /// Those of all tensors, one after the other.
    pub values: Vec<f32>,
    /// Names of tensors that the model does not have.
    pub extra: Vec<String>,
}

/// Finds the tensors `specs` of a model with so many tokens, if it has any.
///
/// # Errors
/// [`Error::Model`] with the tensor that is missing, has another shape, is of another type or holds what is no number.
pub fn find(file: &File, specs: &[Spec], tokens: Option<usize>) -> Result<Found, Error> {
    let names: Vec<String> = file.tensors.iter().map(|stored| unwrapped(&stored.name)).collect();
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|index| &names[*index]);
    if let Some([one, other]) = order.array_windows().find(|[one, other]| names[*one] == names[*other]) {
        let [first, second] = [one, other].map(|index| file.tensors[*index].name.as_str());
        return Err(ModelFault::Several.error(names[*one].as_str(), first, second));
    }
    let place = |name: &str| {
        let place = order.partition_point(|index| names[*index].as_str() < name);
        order.get(place).copied().filter(|index| names[*index] == name)
    };
    let prefix = prefix(&names, specs, &place)?;
    let (mut values, mut used) = (Vec::new(), Vec::new());
    for spec in specs {
        // `prefix` has seen that it is there.
        let Some(index) = place(&format!("{prefix}{}", spec.name)) else { continue };
        let stored = &file.tensors[index];
        fits(stored, spec, tokens)?;
        append(&mut values, stored)?;
        used.push(index);
    }
    let mut extra = Vec::new();
    for (index, name) in names.iter().enumerate().filter(|(index, _)| !used.contains(index)) {
        let stored = &file.tensors[index];
        if is_of_a_layer(name.strip_prefix(&prefix).unwrap_or(name), specs) {
            return Err(ModelFault::Layer.error(stored.name.as_str(), "", ""));
        }
        // One that is shared, as by a tied layer, may stand there once more.
        let is_known = |used: &usize| {
            let known = &file.tensors[*used];
            known.shape == stored.shape && known.bytes == stored.bytes
        };
        if stored.bytes.is_empty() || !used.iter().any(is_known) {
            extra.push(stored.name.clone());
        }
    }
    Ok(Found { values, extra })
}

/// Some of these names, for a message.
pub fn listed(names: &[String]) -> String {
    let mut text = names.iter().take(LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > LISTED {
        text += ", …";
    }
    text
}

/// A name without what wrappers put into it.
fn unwrapped(name: &str) -> String {
    name.split('.').filter(|part| !WRAPPERS.contains(part)).collect::<Vec<_>>().join(".")
}

/// What stands before the names of all tensors of the model, such as `model.`.
fn prefix(names: &[String], specs: &[Spec], place: &dyn Fn(&str) -> Option<usize>) -> Result<String, Error> {
    let missing = |prefix: &str| {
        specs.iter().filter(|spec| place(&format!("{prefix}{}", spec.name)).is_none()).collect::<Vec<_>>()
    };
    let mut prefixes: Vec<&str> = vec![""];
    for name in names {
        let of = |spec: &Spec| name.strip_suffix(spec.name.as_str()).filter(|before| before.ends_with('.'));
        prefixes.extend(specs.iter().filter_map(of));
    }
    prefixes.sort_unstable();
    prefixes.dedup();
    let counted: Vec<(&str, Vec<&Spec>)> =
        prefixes.into_iter().map(|prefix| (prefix, missing(prefix))).collect();
    let mut whole = counted.iter().filter(|(_, missing)| missing.is_empty()).map(|(prefix, _)| *prefix);
    match (whole.next(), whole.next()) {
        // What has no prefix is the model; what has one beside it is a copy, such as an average.
        (Some(""), _) => Ok(String::new()),
        (Some(one), None) => Ok(one.to_owned()),
        (Some(one), Some(other)) => Err(ModelFault::Several.error("", one, other)),
        (None, _) => {
            let nearest = counted.iter().min_by_key(|(_, missing)| missing.len());
            let first = nearest.and_then(|(_, missing)| missing.first());
            let tensor = first.map(|spec| spec.name.clone()).unwrap_or_default();
            Err(ModelFault::Missing.error(tensor, listed(names), specs.len()))
        }
    }
}

/// Is it a weight of a recurrent module that the model has, and of a layer or a direction that this one does not have?
fn is_of_a_layer(name: &str, specs: &[Spec]) -> bool {
    let (module, own) = name.rsplit_once('.').unwrap_or(("", name));
    let is_recurrent =
        ["weight_ih_l", "weight_hh_l", "weight_hr_l", "bias_ih_l", "bias_hh_l"].iter().any(|kind| {
            own.strip_prefix(kind).is_some_and(|layer| layer.starts_with(|c: char| c.is_ascii_digit()))
        });
    let has_module = |spec: &Spec| {
        spec.name
            .strip_prefix(module)
            .is_some_and(|rest| rest.trim_start_matches('.').starts_with("weight_ih_l"))
    };
    is_recurrent && specs.iter().any(has_module)
}

/// A shape as PyTorch prints it.
fn shape_text(shape: &[usize]) -> String {
    let sizes: Vec<String> = shape.iter().map(ToString::to_string).collect();
    format!("[{}]", sizes.join(", "))
}

fn fits(stored: &Stored, spec: &Spec, tokens: Option<usize>) -> Result<(), Error> {
    let (found, expected) = (&stored.shape, &spec.shape);
    if found == expected {
        return Ok(());
    }
    let name = stored.name.as_str();
    let is_turned = found.len() == 2 && found.iter().rev().eq(expected);
    if is_turned {
        return Err(ModelFault::Transposed.error(name, shape_text(found), shape_text(expected)));
    }
    // Where nothing but the number of tokens differs, it is the tokens that don't fit.
    let differs = |(found, expected): &(&usize, &usize)| found != expected;
    let mut sizes = found.iter().zip(expected).filter(differs);
    if found.len() == expected.len()
        && let (Some((found, expected)), None) = (sizes.next(), sizes.next())
        && Some(*expected) == tokens
    {
        return Err(ModelFault::Lexicon.error(name, found, expected));
    }
    Err(ModelFault::Shape.error(name, shape_text(found), shape_text(expected)))
}

/// Appends the numbers of a tensor in single precision.
fn append(values: &mut Vec<f32>, stored: &Stored) -> Result<(), Error> {
    let Stored { name, dtype, bytes, .. } = stored;
    let start = values.len();
    match dtype.1 {
        Some(Dtype::F64) => {
            values.extend(bytes.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes) as f32));
        }
        Some(Dtype::F32) => {
            values.extend(bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)));
        }
        Some(Dtype::F16) => {
            values.extend(bytes.as_chunks::<2>().0.iter().map(|bytes| f16::from_le_bytes(*bytes).to_f32()));
        }
        Some(Dtype::BF16) => {
            values.extend(bytes.as_chunks::<2>().0.iter().map(|bytes| bf16::from_le_bytes(*bytes).to_f32()));
        }
        other => {
            let bits = other.map_or_else(|| "?".to_owned(), |dtype| dtype.bitsize().to_string());
            return Err(ModelFault::Type.error(name.as_str(), &dtype.0, bits));
        }
    }
    let added = &values[start..];
    let bad = added.iter().filter(|value| !value.is_finite()).count();
    if bad > 0 {
        return Err(ModelFault::NotFinite.error(name.as_str(), bad, added.len()));
    }
    Ok(())
}
