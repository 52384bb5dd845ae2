//! Where the parts of a cell stand in its drawing. Everything here is made of three things: vectors on wires, boxes that
//! compute them, and signs for what is done unit by unit.

use unroll::nn::Cell;

/// Width of the drawing.
pub const WIDTH: f64 = 760.0;
/// Width of a vector.
pub const CELL: f64 = 48.0;
/// Height of one unit of it.
pub const UNIT: f64 = 17.0;

/// A vector that stands in the drawing; its centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stack {
    /// The name of its wire.
    pub wire: &'static str,
    /// How the drawing calls it.
    pub label: &'static str,
    /// The gate that computes it, where it can be chosen.
    pub gate: Option<usize>,
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// A sign: a circle with what is done in it; its centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sign {
    /// What is done.
    pub text: &'static str,
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// A cell's drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// Height.
    pub height: f64,
    /// Vectors.
    pub stacks: Vec<Stack>,
    /// Signs.
    pub signs: Vec<Sign>,
    /// Wires, as SVG paths; the last point carries an arrow.
    pub wires: Vec<String>,
}

const fn stack(wire: &'static str, label: &'static str, x: f64, y: f64) -> Stack {
    Stack { wire, label, gate: None, x, y }
}

const fn gate(index: usize, wire: &'static str, label: &'static str, x: f64, y: f64) -> Stack {
    Stack { wire, label, gate: Some(index), x, y }
}

/// A path through these points.
fn path(points: &[(f64, f64)]) -> String {
    let point = |(index, (x, y)): (usize, &(f64, f64))| {
        format!("{}{x:.0} {y:.0}", if index == 0 { "M" } else { "L" })
    };
    points.iter().enumerate().map(point).collect()
}

/// The drawing of a cell of so many units.
pub fn layout(cell: Cell, hidden_size: usize) -> Layout {
    let half = hidden_size as f64 * UNIT / 2.0;
    match cell {
        Cell::RnnTanh | Cell::RnnRelu => rnn(cell, half),
        Cell::Lstm | Cell::LstmConcatenated => lstm(half),
        Cell::Gru | Cell::GruResetBefore => gru(cell, half),
    }
}

fn rnn(cell: Cell, half: f64) -> Layout {
    let middle = 40.0 + half;
    let bottom = middle + 2.0 * half + 60.0;
    let label = if cell == Cell::RnnTanh { "tanh" } else { "ReLU" };
    Layout {
        height: bottom + half + 24.0,
        stacks: vec![
            stack("h-", "h₍ₜ₋₁₎", 60.0, middle),
            stack("x", "xₜ", 220.0, bottom),
            gate(0, "h", label, 380.0, middle),
            stack("h", "hₜ", 700.0, middle),
        ],
        signs: vec![Sign { text: "[h,x]", x: 220.0, y: middle }],
        wires: vec![
            path(&[(60.0 + CELL / 2.0, middle), (196.0, middle)]),
            path(&[(220.0, bottom - half - 16.0), (220.0, middle + 22.0)]),
            path(&[(244.0, middle), (380.0 - CELL / 2.0 - 10.0, middle)]),
            path(&[(380.0 + CELL / 2.0 + 10.0, middle), (700.0 - CELL / 2.0, middle)]),
        ],
    }
}

fn lstm(half: f64) -> Layout {
    let top = 34.0 + half;
    let products = top + half + 52.0;
    let gates = products + 2.0 * half + 62.0;
    let rail = gates + half + 50.0;
    let bottom = rail + half + 24.0;
    let (f, i, g, o) = (200.0, 320.0, 430.0, 560.0);
    let out = (products + gates) / 2.0 - 10.0;
    Layout {
        height: bottom + half + 22.0,
        stacks: vec![
            stack("c-", "c₍ₜ₋₁₎", 50.0, top),
            stack("f*c", "f⊗c", 272.0, top),
            stack("c", "cₜ", 480.0, top),
            stack("i*g", "i⊗g", 375.0, products + 4.0),
            stack("tanh(c)", "tanh c", 620.0, products - 4.0),
            gate(1, "f", "f σ", f, gates),
            gate(0, "i", "i σ", i, gates),
            gate(2, "g", "g tanh", g, gates),
            gate(3, "o", "o σ", o, gates),
            stack("h-", "h₍ₜ₋₁₎", 50.0, rail),
            stack("x", "xₜ", 118.0, bottom),
            stack("h", "hₜ", 712.0, out),
        ],
        signs: vec![
            Sign { text: "×", x: f, y: top },
            Sign { text: "+", x: 375.0, y: top },
            Sign { text: "×", x: 375.0, y: gates - half - 26.0 },
            Sign { text: "×", x: 620.0, y: out },
        ],
        wires: vec![
            path(&[(50.0 + CELL / 2.0, top), (f - 12.0, top)]),
            path(&[(f + 12.0, top), (272.0 - CELL / 2.0, top)]),
            path(&[(272.0 + CELL / 2.0, top), (363.0, top)]),
            path(&[(387.0, top), (480.0 - CELL / 2.0, top)]),
            path(&[(480.0 + CELL / 2.0, top), (740.0, top)]),
            path(&[(620.0, top), (620.0, products - 4.0 - half - 16.0)]),
            path(&[(620.0, products - 4.0 + half), (620.0, out - 12.0)]),
            path(&[(632.0, out), (712.0 - CELL / 2.0, out)]),
            path(&[(f, gates - half - 18.0), (f, top + 12.0)]),
            path(&[(i, gates - half - 18.0), (i, gates - half - 26.0), (363.0, gates - half - 26.0)]),
            path(&[(g, gates - half - 18.0), (g, gates - half - 26.0), (387.0, gates - half - 26.0)]),
            path(&[(375.0, gates - half - 38.0), (375.0, products + 4.0 + half)]),
            path(&[(375.0, products + 4.0 - half - 16.0), (375.0, top + 12.0)]),
            path(&[(o, gates - half - 18.0), (o, out), (608.0, out)]),
            path(&[(50.0 + CELL / 2.0, rail), (f, rail), (f, gates + half + 6.0)]),
            path(&[(118.0, bottom - half - 16.0), (118.0, rail)]),
            path(&[(f, rail), (i, rail), (i, gates + half + 6.0)]),
            path(&[(i, rail), (g, rail), (g, gates + half + 6.0)]),
            path(&[(g, rail), (o, rail), (o, gates + half + 6.0)]),
        ],
    }
}

fn gru(cell: Cell, half: f64) -> Layout {
    let top = 34.0 + half;
    let products = top + half + 56.0;
    let gates = products + 2.0 * half + 60.0;
    let rail = gates + half + 52.0;
    let bottom = rail + half + 24.0;
    let (r, z, n) = (190.0, 330.0, 560.0);
    let (inner, inner_label) = if cell == Cell::Gru { ("r*hn", "r⊗(Wh+b)") } else { ("r*h", "r⊗h") };
    let mut stacks = vec![
        stack("h-", "h₍ₜ₋₁₎", 50.0, top),
        stack("z*h", "z⊗h", 410.0, top),
        stack("h", "hₜ", 700.0, top),
        stack("(1-z)*n", "(1−z)⊗n", 560.0, products),
        gate(0, "r", "r σ", r, gates),
        gate(1, "z", "z σ", z, gates),
        stack(inner, inner_label, 440.0, gates),
        gate(2, "n", "n tanh", n, gates),
        stack("x", "xₜ", 118.0, bottom),
    ];
    if cell == Cell::Gru {
        stacks.push(stack("hn", "Wh+b", 262.0, products));
    }
    let mut wires = vec![
        path(&[(50.0 + CELL / 2.0, top), (z - 12.0, top)]),
        path(&[(z + 12.0, top), (410.0 - CELL / 2.0, top)]),
        path(&[(410.0 + CELL / 2.0, top), (548.0, top)]),
        path(&[(572.0, top), (700.0 - CELL / 2.0, top)]),
        path(&[(z, gates - half - 18.0), (z, top + 12.0)]),
        path(&[(n, gates - half - 18.0), (n, products + half)]),
        path(&[(n, products - half - 16.0), (n, top + 12.0)]),
        // h into the rail below, and x to it.
        path(&[(90.0, top), (90.0, rail), (r, rail), (r, gates + half + 6.0)]),
        path(&[(118.0, bottom - half - 16.0), (118.0, rail)]),
        path(&[(r, rail), (z, rail), (z, gates + half + 6.0)]),
        path(&[(z, rail), (n, rail), (n, gates + half + 6.0)]),
        path(&[(r, gates - half - 18.0), (r, gates - half - 30.0), (428.0, gates - half - 30.0)]),
        path(&[(440.0 + CELL / 2.0, gates), (n - CELL / 2.0 - 10.0, gates)]),
        path(&[(z, products), (438.0, products)]),
        path(&[(462.0, products), (n - CELL / 2.0, products)]),
    ];
    // What r scales comes from above: the product of the state, or the state itself.
    let above = gates - half - 46.0;
    match cell {
        Cell::Gru => {
            wires.push(path(&[(90.0, products), (262.0 - CELL / 2.0, products)]));
            let to_sign = [(262.0, products + half), (262.0, above), (440.0, above), (440.0, above + 4.0)];
            wires.push(path(&to_sign));
        }
        _ => wires.push(path(&[(90.0, above), (440.0, above), (440.0, above + 4.0)])),
    }
    Layout {
        height: bottom + half + 22.0,
        stacks,
        signs: vec![
            Sign { text: "×", x: z, y: top },
            Sign { text: "+", x: n, y: top },
            Sign { text: "1−", x: 450.0, y: products },
            Sign { text: "×", x: 440.0, y: gates - half - 30.0 },
        ],
        wires,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gate_stands_in_its_drawing_once_and_nothing_outside() {
        for cell in [Cell::RnnTanh, Cell::RnnRelu, Cell::Lstm, Cell::Gru, Cell::GruResetBefore] {
            for hidden in 1..=4 {
                let drawing = layout(cell, hidden);
                let mut gates: Vec<usize> = drawing.stacks.iter().filter_map(|stack| stack.gate).collect();
                gates.sort_unstable();
                assert_eq!(gates, (0..cell.gates()).collect::<Vec<_>>(), "{cell:?}");
                let half = hidden as f64 * UNIT / 2.0;
                for stack in &drawing.stacks {
                    assert!(stack.x - CELL / 2.0 >= 0.0 && stack.x + CELL / 2.0 <= WIDTH, "{stack:?}");
                    assert!(stack.y - half >= 14.0 && stack.y + half <= drawing.height, "{stack:?}");
                }
            }
        }
    }

    #[test]
    fn no_two_vectors_overlap() {
        for cell in [Cell::RnnTanh, Cell::Lstm, Cell::Gru, Cell::GruResetBefore] {
            let drawing = layout(cell, 4);
            for (index, one) in drawing.stacks.iter().enumerate() {
                for other in &drawing.stacks[index + 1..] {
                    let apart =
                        (one.x - other.x).abs() >= CELL + 4.0 || (one.y - other.y).abs() >= 4.0 * UNIT + 16.0;
                    assert!(apart, "{cell:?}: {} {}", one.wire, other.wire);
                }
            }
        }
    }
}
