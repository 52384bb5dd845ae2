//! Shapes, their axes and the parts of a module as they are written on the page.

use unroll::nn::{LayerDirection, RecurrentConfig};

use crate::i18n::{tr, tr_args};

/// As Python writes a tuple: `(32, 4, 12)`.
pub fn tuple(shape: &[usize]) -> String {
    format!("({})", sizes(shape))
}

/// As PyTorch prints a shape: `torch.Size([32, 4, 12])`.
pub fn torch_size(shape: &[usize]) -> String {
    format!("torch.Size([{}])", sizes(shape))
}

fn sizes(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")
}

/// The axes of the input, in the reader's language.
pub fn input_axes(module: &RecurrentConfig) -> String {
    ordered(module, tr("cell.shapes.axis.feature"))
}

/// The axes of the output.
pub fn output_axes(module: &RecurrentConfig) -> String {
    let hidden =
        if module.bidirectional { "cell.shapes.axis.both_hidden" } else { "cell.shapes.axis.hidden" };
    ordered(module, tr(hidden))
}

/// The axes of `h_n` and `c_n`.
pub fn state_axes(module: &RecurrentConfig) -> String {
    let layer =
        if module.bidirectional { "cell.shapes.axis.layer_direction" } else { "cell.shapes.axis.layer" };
    format!("({}, {}, {})", tr(layer), tr("cell.shapes.axis.batch"), tr("cell.shapes.axis.hidden"))
}

fn ordered(module: &RecurrentConfig, last: String) -> String {
    let (batch, steps) = (tr("cell.shapes.axis.batch"), tr("cell.shapes.axis.steps"));
    match module.batch_first {
        true => format!("({batch}, {steps}, {last})"),
        false => format!("({steps}, {batch}, {last})"),
    }
}

/// The axes of a parameter, in PyTorch's own words: `(4 × hidden_size, input_size)`.
pub fn parameter_axes(module: &RecurrentConfig, of: LayerDirection, name: &str) -> String {
    let times = |factor: usize| match factor {
        1 => "hidden_size".to_owned(),
        _ => format!("{factor} × hidden_size"),
    };
    let rows = times(module.cell.gates());
    if name.starts_with("weight_ih") {
        let read = if of.layer == 0 { "input_size".to_owned() } else { times(module.num_directions()) };
        format!("({rows}, {read})")
    } else if name.starts_with("weight_hh") {
        format!("({rows}, hidden_size)")
    } else {
        format!("({rows})")
    }
}

/// The name of a layer, and of its direction where there are two.
pub fn part_name(module: &RecurrentConfig, of: LayerDirection) -> String {
    let key = match (module.bidirectional, of.reverse) {
        (false, _) => "cell.shapes.part.only",
        (true, false) => "cell.shapes.part.forward",
        (true, true) => "cell.shapes.of.reverse",
    };
    tr_args(key, &[("layer", of.layer.to_string())])
}

/// Where the number of parameters of a part comes from: `4 × (10×12 + 10×10 + 2×10) = 960`.
pub fn derivation(module: &RecurrentConfig, of: LayerDirection) -> String {
    let (hidden, features) = (module.hidden_size, of.features);
    let mut sum = format!("{hidden}×{features} + {hidden}×{hidden}");
    if module.bias {
        sum += &format!(" + 2×{hidden}");
    }
    let count = module.count_of(of);
    match module.cell.gates() {
        1 => format!("{sum} = {count}"),
        gates => format!("{gates} × ({sum}) = {count}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unroll::nn::Cell;

    const LSTM: RecurrentConfig =
        RecurrentConfig { num_layers: 2, bidirectional: true, ..RecurrentConfig::new(Cell::Lstm, 12, 10) };

    #[test]
    fn shapes_and_sums_are_written_as_pytorch_and_the_book_write_them() {
        assert_eq!(
            (tuple(&[32, 4, 12]), torch_size(&[40])),
            ("(32, 4, 12)".into(), "torch.Size([40])".into())
        );
        let parts: Vec<_> = LSTM.layer_directions().collect();
        assert_eq!(derivation(&LSTM, parts[0]), "4 × (10×12 + 10×10 + 2×10) = 960");
        assert_eq!(derivation(&LSTM, parts[2]), "4 × (10×20 + 10×10 + 2×10) = 1280");
        let plain = RecurrentConfig { cell: Cell::RnnTanh, bias: false, ..LSTM };
        assert_eq!(derivation(&plain, parts[0]), "10×12 + 10×10 = 220");
    }

    #[test]
    fn the_axes_of_a_parameter_follow_its_layer() {
        let parts: Vec<_> = LSTM.layer_directions().collect();
        let axes = |part: usize, name: &str| parameter_axes(&LSTM, parts[part], name);
        assert_eq!(axes(0, "weight_ih_l0"), "(4 × hidden_size, input_size)");
        assert_eq!(axes(3, "weight_ih_l1_reverse"), "(4 × hidden_size, 2 × hidden_size)");
        assert_eq!(axes(3, "weight_hh_l1_reverse"), "(4 × hidden_size, hidden_size)");
        assert_eq!(axes(0, "bias_hh_l0"), "(4 × hidden_size)");
    }
}
