//! A module that really runs, for the shapes that go in and out of it.

use burn::tensor::{Device, Tensor, TensorData};

use super::{Check, Shapes, ShapesQuestion};
use crate::nn::{Builder, Pass, Recurrent, RecurrentConfig, read_all};
use crate::{Error, Stream};

/// Multiplications and additions that a run may cost: a fraction of a second.
const MOST_FLOPS: f64 = 2e9;
/// Numbers of a comparison that are shown.
const SHOWN: usize = 4;

pub(super) async fn answer(question: &ShapesQuestion, device: &Device) -> Result<Shapes, Error> {
    let ShapesQuestion { module: shape, batch_size, seq_length } = *question;
    let mut builder = Builder::new(1);
    let module = Recurrent::new(&mut builder, "module", shape);
    let parameters = builder.build(device);
    // A batch that would take long is run in part; its shapes follow.
    let fits = MOST_FLOPS / (shape.cost(seq_length).flops / 3.0).max(1.0);
    let run_size = (fits as usize).clamp(1, batch_size);
    let mut stream = Stream::new(1, 1);
    let count = run_size * seq_length * shape.input_size;
    let values: Vec<f32> = (0..count.div_ceil(2)).flat_map(|_| stream.normal()).take(count).collect();
    let [a, b] = if shape.batch_first { [run_size, seq_length] } else { [seq_length, run_size] };
    let x = Tensor::<3>::from_data(TensorData::new(values, [a, b, shape.input_size]), device);
    let output = module.forward(&parameters, x, Pass::default());
    let (h_n, c_n, output) = (output.h_n(), output.c_n(), output.output());
    let whole = |dims: [usize; 3], batch: usize| {
        let mut dims = dims.to_vec();
        dims[batch] = batch_size;
        dims
    };
    let along = if shape.batch_first { 0 } else { 1 };
    let names = parameters.specs().iter();
    let mut shapes = Shapes {
        parameters: names
            .map(|spec| (spec.name.trim_start_matches("module.").to_owned(), spec.shape.clone()))
            .collect(),
        input: whole([a, b, shape.input_size], along),
        output: whole(output.dims(), along),
        h_n: whole(h_n.dims(), 1),
        c_n: c_n.map(|cell| whole(cell.dims(), 1)),
        batch_size: run_size,
        checks: Vec::new(),
    };
    let pairs = comparisons(&shape, seq_length);
    let tensors = pairs.iter().flat_map(|pair| {
        let step = output.clone().narrow(1 - along, pair.step, 1);
        let half = step.narrow(2, pair.direction * shape.hidden_size, shape.hidden_size);
        let last = h_n.clone().narrow(0, pair.state, 1);
        [half.flatten::<1>(0, 2), last.flatten::<1>(0, 2)]
    });
    let values = read_all(tensors).await?;
    shapes.checks = pairs
        .into_iter()
        .zip(values.chunks_exact(2))
        .map(|(pair, values)| {
            let differences = values[0].iter().zip(&values[1]).map(|(a, b)| (a - b).abs());
            Check {
                difference: differences.fold(0.0, f32::max),
                numbers: [0, 1].map(|side: usize| values[side].iter().take(SHOWN).copied().collect()),
                output: pair.output,
                h_n: pair.h_n,
            }
        })
        .collect();
    Ok(shapes)
}

/// A step and a direction of the output beside a layer and direction of the last state.
struct Comparison {
    output: String,
    h_n: String,
    step: usize,
    direction: usize,
    state: usize,
}

/// Where the two are the same, and where one might think so.
fn comparisons(shape: &RecurrentConfig, seq_length: usize) -> Vec<Comparison> {
    let RecurrentConfig { hidden_size, num_layers, .. } = *shape;
    let directions = shape.num_directions();
    let top = (num_layers - 1) * directions;
    let compare = |step: usize, direction: usize, state: usize| {
        let at = if step == 0 { "0" } else { "-1" };
        let at = if shape.batch_first { format!(":, {at}") } else { at.to_owned() };
        let half = match (shape.bidirectional, direction) {
            (false, _) => String::new(),
            (true, 0) => format!(", {}:{hidden_size}", if shape.batch_first { "" } else { ":, " }),
            (true, _) => format!(", {}{hidden_size}:", if shape.batch_first { "" } else { ":, " }),
        };
        Comparison {
            output: format!("output[{at}{half}]"),
            h_n: format!("h_n[{state}]"),
            step,
            direction,
            state,
        }
    };
    let last = seq_length - 1;
    let mut all = vec![compare(last, 0, top)];
    if shape.bidirectional {
        // The reverse direction has read one step when it stands at the last one; it ends at the first.
        all.extend([compare(last, 1, top + 1), compare(0, 1, top + 1)]);
    }
    if num_layers > 1 {
        all.push(compare(last, 0, 0));
    }
    all
}
