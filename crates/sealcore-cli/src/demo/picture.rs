//! The picture of the demo's seal: a red ring with a star, drawn by distance so that its edges are smooth.

use sealcore::error::{Error, ErrorKind, Result};
use sealcore::text;

/// Pixels of an edge: 40 mm at about 300 dots an inch.
const SIZE: u32 = 360;
const RED: [u8; 3] = [0xd6, 0x1f, 0x26];

/// A PNG with transparent ground.
///
/// # Errors
/// None that is known; the encoder's are passed on.
pub(crate) fn png() -> Result<Vec<u8>> {
    let failed = |error: png::EncodingError| {
        Error::new(
            ErrorKind::Io,
            text!("the picture cannot be written: {error}", "无法生成图像：{error}"),
        )
    };
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, SIZE, SIZE);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&pixels()).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

fn pixels() -> Vec<u8> {
    let star = star();
    let mut pixels = Vec::new();
    for row in 0..SIZE {
        for column in 0..SIZE {
            // From the middle, in units of half the edge.
            let place = |pixel: u32| (f64::from(pixel) + 0.5) * 2.0 / f64::from(SIZE) - 1.0;
            let point = (place(column), place(row));
            let distance = ring(point, 0.93, 0.045)
                .min(ring(point, 0.83, 0.01))
                .min(polygon(point, &star));
            pixels.extend([RED[0], RED[1], RED[2], coverage(distance)]);
        }
    }
    pixels
}

/// How much of a pixel lies inside, from the distance of its middle to the edge.
fn coverage(distance: f64) -> u8 {
    let inside = (0.5 - distance * f64::from(SIZE) / 2.0).clamp(0.0, 1.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 255
    let alpha = (inside * 255.0).round() as u8;
    alpha
}

/// The distance to a ring, negative inside.
fn ring((x, y): (f64, f64), radius: f64, half_width: f64) -> f64 {
    (x.hypot(y) - radius).abs() - half_width
}

/// A star with five points, the first upright.
fn star() -> Vec<(f64, f64)> {
    // Its inner corners lie where the edges of a regular pentagram cross.
    let inner = 0.45 * (std::f64::consts::PI / 10.0).sin() / (std::f64::consts::PI * 0.3).sin();
    (0..10)
        .map(|corner| {
            let angle = f64::from(corner) * std::f64::consts::PI / 5.0;
            let radius = if corner % 2 == 0 { 0.45 } else { inner };
            (radius * angle.sin(), -radius * angle.cos())
        })
        .collect()
}

/// The distance to a polygon, negative inside.
fn polygon((x, y): (f64, f64), corners: &[(f64, f64)]) -> f64 {
    let mut nearest = f64::INFINITY;
    let mut inside = false;
    for (&(ax, ay), &(bx, by)) in corners.iter().zip(corners.iter().cycle().skip(1)) {
        let (dx, dy) = (bx - ax, by - ay);
        let along = (((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
        nearest = nearest.min((x - ax - along * dx).hypot(y - ay - along * dy));
        if (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax {
            inside = !inside;
        }
    }
    if inside { -nearest } else { nearest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_with_a_star() {
        let pixels = pixels();
        let alpha = |x: u32, y: u32| pixels[((y * SIZE + x) * 4 + 3) as usize];
        let middle = SIZE / 2;
        assert_eq!(alpha(0, 0), 0, "corner");
        assert_eq!(alpha(middle, middle), 255, "star");
        assert_eq!(alpha(middle, SIZE / 25), 255, "ring, above");
        assert_eq!(
            alpha(middle, middle + 60 * SIZE / 100 / 2),
            0,
            "between star and ring, below"
        );
        let partial = pixels.chunks(4).filter(|pixel| !matches!(pixel[3], 0 | 255)).count();
        assert!(partial > 1000, "edges are smooth");
        assert_eq!(png().unwrap()[..4], [0x89, b'P', b'N', b'G']);
    }
}
