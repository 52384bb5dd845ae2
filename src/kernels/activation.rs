//! The functions that a gate is made of, without branches and calls, so that the compiler computes several at once.
//! Only multiplications, additions and one division: the same bits on every machine.

/// tanh by the quotient of two polynomials on [−7.9, 7.9], where the function has reached ±1 in `f32`; its error is a
/// few units in the last place, near 0 as well.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    const LIMIT: f32 = 7.905_311;
    const ODD: [f32; 7] = [
        4.893_524_6e-3,
        6.372_619_3e-4,
        1.485_722_4e-5,
        5.122_297_1e-8,
        -8.604_672e-11,
        2.000_188e-13,
        -2.760_768_5e-16,
    ];
    const EVEN: [f32; 4] = [4.893_525e-3, 2.268_434_6e-3, 1.185_347_1e-4, 1.198_258_4e-6];
    // Not `clamp`: these comparisons let a NaN through and become one instruction each.
    let x = if x > LIMIT { LIMIT } else { x };
    let x = if x < -LIMIT { -LIMIT } else { x };
    let s = x * x;
    let odd = ODD.iter().rev().fold(0.0, |sum, c| sum * s + c);
    let even = EVEN.iter().rev().fold(0.0, |sum, c| sum * s + c);
    x * odd / even
}

/// 1 / (1 + e^−x)
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    0.5 + 0.5 * tanh(0.5 * x)
}

/// e^x for x ≤ 88, where it fits; 0 below −87.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // x = n ln 2 + r with |r| ≤ ln 2 / 2; ln 2 in two parts, so that r is exact.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    const TERMS: [f32; 6] = [0.5, 1.666_666_5e-1, 4.166_579_6e-2, 8.333_452e-3, 1.398_2e-3, 1.987_569_1e-4];
    let x = if x > 88.0 { 88.0 } else { x };
    let low = x < -87.0;
    let x = if low { -87.0 } else { x };
    // Adding and taking away 1.5 · 2²³ rounds to a whole number.
    const ROUND: f32 = 12_582_912.0;
    let n = (x * std::f32::consts::LOG2_E + ROUND) - ROUND;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let tail = TERMS.iter().rev().fold(0.0, |sum, c| sum * r + c);
    let fraction = tail * r * r + r + 1.0;
    let power = f32::from_bits((((n as i32) + 127) << 23) as u32);
    if low { 0.0 } else { fraction * power }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_those_of_the_standard_library() {
        for index in -4000..=4000 {
            let x = index as f32 * 0.005;
            let exact = f64::from(x);
            assert!((f64::from(tanh(x)) - exact.tanh()).abs() <= 4e-7 * exact.tanh().abs(), "tanh {x}");
            let logistic = 1.0 / (1.0 + (-exact).exp());
            assert!((f64::from(sigmoid(x)) - logistic).abs() <= 3e-7, "sigmoid {x}");
            let x = x * 4.0;
            let exact = f64::from(x).exp();
            assert!((f64::from(exp(x)) - exact).abs() <= 4e-7 * exact, "exp {x}");
        }
        for function in [tanh, sigmoid, exp] {
            assert!(function(f32::NAN).is_nan());
        }
        assert_eq!((sigmoid(1e30), sigmoid(-1e30), exp(-1e30)), (1.0, sigmoid(-16.0), 0.0));
    }
}
