//! A recurrent module in PyTorch and in Burn, as programs to copy.

use crate::nn::{Cell, RecurrentConfig};

/// A Python program that builds the module, runs it and prints the shapes.
pub fn pytorch_code(module: &RecurrentConfig, batch_size: usize, seq_length: usize) -> String {
    let RecurrentConfig { cell, input_size, hidden_size, num_layers, .. } = *module;
    let name = cell.name().to_lowercase();
    let has_cell_state = cell.states() == 2;
    let truth = |is: bool| if is { "True" } else { "False" };
    let input = tuple(&module.input_shape(batch_size, seq_length));
    let state = if has_cell_state { "(h_n, c_n)" } else { "h_n" };
    let mut shown = vec!["output", "h_n"];
    shown.extend(has_cell_state.then_some("c_n"));
    let shapes = shown.iter().map(|name| format!("{name}.shape")).collect::<Vec<_>>().join(", ");
    format!(
        "import torch\n\
         \n\
         {name} = torch.nn.{class}(\n    \
             input_size={input_size},\n    \
             hidden_size={hidden_size},\n    \
             num_layers={num_layers},\n    \
             bias={bias},\n    \
             batch_first={batch_first},\n    \
             dropout={dropout:?},\n    \
             bidirectional={bidirectional},\n\
         )\n\
         x = torch.randn{input}\n\
         output, {state} = {name}(x)\n\
         print({shapes})\n\
         print(sum(parameter.numel() for parameter in {name}.parameters()))  # {count}\n\
         assert output.shape == {output}\n\
         assert h_n.shape == {state_shape}\n",
        class = cell.name(),
        bias = truth(module.bias),
        batch_first = truth(module.batch_first),
        dropout = module.dropout,
        bidirectional = truth(module.bidirectional),
        count = module.count(),
        output = tuple(&module.output_shape(batch_size, seq_length)),
        state_shape = tuple(&module.state_shape(batch_size)),
    )
}

/// A Rust program that does the same with Burn 0.22, whose modules are one layer each.
pub fn burn_code(module: &RecurrentConfig, batch_size: usize, seq_length: usize) -> String {
    let direction = if module.bidirectional { "Bi" } else { "" };
    let class = match module.cell {
        Cell::RnnTanh | Cell::RnnRelu => "Rnn",
        Cell::Lstm | Cell::LstmConcatenated => "Lstm",
        Cell::Gru | Cell::GruResetBefore => "Gru",
    };
    let config = format!("{direction}{class}Config");
    // Burn's GRU in one direction knows neither another order of the dimensions nor a last state.
    let plain_gru = module.cell == Cell::Gru && !module.bidirectional;
    let order = if module.batch_first || plain_gru { "" } else { ".with_batch_first(false)" };
    // Burn's RNN takes the batch first unless it is told otherwise, as its LSTM does.
    let layers: Vec<String> = module
        .layer_directions()
        .filter(|of| !of.reverse)
        .map(|of| {
            format!(
                "        {config}::new({}, {}, {}){order}.init(&device),\n",
                of.features, module.hidden_size, module.bias
            )
        })
        .collect();
    let has_dropout = module.dropout > 0.0 && module.num_layers > 1;
    let mut names = vec![config.clone()];
    names.extend(has_dropout.then(|| "DropoutConfig".to_owned()));
    names.sort();
    let names = if names.len() == 1 { names.concat() } else { format!("{{{}}}", names.join(", ")) };
    let mut code = format!(
        "use burn::nn::{names};\nuse burn::tensor::{{Device, Distribution, Tensor}};\n\nfn main() {{\n"
    );
    code += "    let device = Device::default();\n";
    code += &format!("    let layers = [\n{}    ];\n", layers.concat());
    if has_dropout {
        code += &format!("    let dropout = DropoutConfig::new({:?}).init();\n", module.dropout);
    }
    code += &format!(
        "    let x = Tensor::<3>::random({:?}, Distribution::Normal(0.0, 1.0), &device);\n",
        module.input_shape(batch_size, seq_length)
    );
    let swapped = plain_gru && !module.batch_first;
    code += &format!("    let mut output = x{};\n", if swapped { ".swap_dims(0, 1)" } else { "" });
    code += match has_dropout {
        true => {
            "    for (index, layer) in layers.iter().enumerate() {\n        if index > 0 {\n            output = dropout.forward(output);\n        }\n"
        }
        false => "    for layer in &layers {\n",
    };
    code += match plain_gru {
        true => "        output = layer.forward(output, None);\n    }\n",
        false => "        (output, _) = layer.forward(output, None);\n    }\n",
    };
    if swapped {
        code += "    output = output.swap_dims(0, 1);\n";
    }
    code +=
        &format!("    assert_eq!(output.dims(), {:?});\n}}\n", module.output_shape(batch_size, seq_length));
    code
}

/// As Python writes a tuple.
fn tuple(shape: &[usize]) -> String {
    format!("({})", shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", "))
}
