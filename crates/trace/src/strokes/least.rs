//! Linear least squares in the plane, by the normal equations, and their solution in whole numbers.

use super::plane::{P, along, scale, sub};

/// Replaces a symmetric positive definite matrix by its lower Cholesky factor; `None` if it is not.
fn factor(matrix: &mut [f64], size: usize) -> Option<()> {
    for i in 0..size {
        for j in 0..=i {
            let (a, b) = (&matrix[i * size..i * size + j], &matrix[j * size..j * size + j]);
            let sum: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
            let rest = matrix[i * size + j] - sum;
            if i == j {
                if rest <= 1e-12 || rest.is_nan() {
                    return None;
                }
                matrix[i * size + i] = rest.sqrt();
            } else {
                matrix[i * size + j] = rest / matrix[j * size + j];
            }
        }
    }
    Some(())
}

/// The solution for both coordinates; the matrix becomes its factor.
pub(super) fn solve(matrix: &mut [f64], right: &[P]) -> Option<Vec<P>> {
    let size = right.len();
    factor(matrix, size)?;
    let mut x = right.to_vec();
    for i in 0..size {
        let sum = (0..i).fold([0.0; 2], |sum, j| along(sum, x[j], matrix[i * size + j]));
        x[i] = scale(sub(x[i], sum), 1.0 / matrix[i * size + i]);
    }
    for i in (0..size).rev() {
        let sum = (i + 1..size).fold([0.0; 2], |sum, j| along(sum, x[j], matrix[j * size + i]));
        x[i] = scale(sub(x[i], sum), 1.0 / matrix[i * size + i]);
    }
    Some(x)
}

/// Whole numbers near a solution for which the sum of squares is about least: Babai's nearest plane, each in its turn making up for
/// the rounding of those before it.
pub(super) fn rounded(factor: &[f64], solution: &[P]) -> Vec<[i32; 2]> {
    let size = solution.len();
    let mut whole = vec![[0_i32; 2]; size];
    for j in (0..size).rev() {
        for c in 0..2 {
            let carried: f64 =
                (j + 1..size).map(|i| factor[i * size + j] * (f64::from(whole[i][c]) - solution[i][c])).sum();
            whole[j][c] = (solution[j][c] - carried / factor[j * size + j]).round().clamp(-1e6, 1e6) as i32;
        }
    }
    whole
}

/// Moves single numbers as long as that lessens the sum of squares with this matrix and right side.
pub(super) fn descend(matrix: &[f64], right: &[P], whole: &mut [[i32; 2]]) {
    let size = right.len();
    for _ in 0..PASSES {
        let mut moved = false;
        for i in 0..size {
            for c in 0..2 {
                let row = &matrix[i * size..(i + 1) * size];
                let slope: f64 =
                    row.iter().zip(whole.iter()).map(|(a, x)| a * f64::from(x[c])).sum::<f64>() - right[i][c];
                let step = (-slope / row[i]).round().clamp(-8.0, 8.0) as i32;
                whole[i][c] += step;
                moved |= step != 0;
            }
        }
        if !moved {
            return;
        }
    }
}

/// Most passes over all numbers.
const PASSES: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved_and_rounded() {
        let mut matrix = vec![4.0, 2.0, 2.0, 3.0];
        let x = solve(&mut matrix, &[[8.2, 2.0], [7.3, 1.0]]).unwrap();
        assert!((x[0][0] - 1.25).abs() < 1e-9 && (x[1][0] - 1.6).abs() < 1e-9 && (x[0][1] - 0.5).abs() < 1e-9);
        let whole = rounded(&matrix, &x);
        let error = |p: [f64; 2]| {
            let (a, b) = (p[0] - x[0][0], p[1] - x[1][0]);
            4.0 * a * a + 4.0 * a * b + 3.0 * b * b
        };
        let own = error([whole[0][0].into(), whole[1][0].into()]);
        assert!(own <= error([1.0, 2.0]) + 1e-9, "{own}");
    }

    #[test]
    fn what_has_no_solution_is_refused() {
        assert!(solve(&mut [1.0, 1.0, 1.0, 1.0], &[[1.0; 2]; 2]).is_none());
        assert!(solve(&mut [0.0], &[[1.0; 2]]).is_none());
    }
}
