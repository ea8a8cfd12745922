//! The tree of `usvg` as content. Everything is drawn in the coordinates of the root, so that forms and patterns share them.

use usvg::tiny_skia_path::PathSegment;
use usvg::{BlendMode, FillRule, ImageKind, LineCap, LineJoin, Node, Paint, PaintOrder, Stroke, Transform, Tree};

use super::super::canvas::{Blend, Canvas, Color, Group, Matrix, Painting, Segment, multiply};
use super::super::format::{PictureFormat, unsupported};
use super::super::objects::Objects;
use super::super::raster::{self, Pixels};
use super::gradient;
use crate::error::Result;
use crate::text;

/// Draws the whole picture, whose natural size is given.
pub(super) fn tree(tree: &Tree, size: (f64, f64), objects: &mut Objects, canvas: &mut Canvas) -> Result<()> {
    let mut draw = Draw {
        size,
        objects,
        pixels: Pixels::default(),
    };
    draw.group(tree.root(), canvas)
}

struct Draw<'o> {
    size: (f64, f64),
    objects: &'o mut Objects,
    pixels: Pixels,
}

impl Draw<'_> {
    /// Goes down as deep as the scan allowed.
    fn group(&mut self, group: &usvg::Group, canvas: &mut Canvas) -> Result<()> {
        if group.mask().is_some() || !group.filters().is_empty() {
            return Err(unsupported(text!(
                "masks and filters of an SVG cannot be drawn",
                "不支持绘制 SVG 的蒙版与滤镜"
            )));
        }
        canvas.save();
        let mut clip = group.clip_path();
        while let Some(path) = clip {
            clip_to(path, matrix(group.abs_transform()), canvas)?;
            clip = path.clip_path();
        }
        let opacity = f64::from(group.opacity().get());
        let blend = blend(group.blend_mode())?;
        if opacity < 1.0 || blend != Blend::Normal || group.isolate() {
            let mut inner = canvas.inner();
            self.children(group, &mut inner)?;
            canvas.count(&inner);
            let form = inner.into_form([0.0, 0.0, self.size.0, self.size.1], Group::Isolated);
            let form = self.objects.add(form);
            canvas.state(opacity, opacity, blend);
            canvas.show(form);
        } else {
            self.children(group, canvas)?;
        }
        canvas.restore();
        Ok(())
    }

    fn children(&mut self, group: &usvg::Group, canvas: &mut Canvas) -> Result<()> {
        for node in group.children() {
            match node {
                Node::Group(group) => self.group(group, canvas)?,
                Node::Path(path) => self.path(path, canvas)?,
                Node::Image(image) => self.image(image, canvas)?,
                Node::Text(_) => {
                    return Err(unsupported(text!(
                        "text in the SVG cannot be drawn without its font: turn it into paths",
                        "SVG 中的文字缺少字体，无法绘制：请先将文字转为路径"
                    )));
                }
            }
            canvas.check()?;
        }
        Ok(())
    }

    fn path(&mut self, path: &usvg::Path, canvas: &mut Canvas) -> Result<()> {
        if !path.is_visible() {
            return Ok(());
        }
        let at = matrix(path.abs_transform());
        let fill_first = path.paint_order() == PaintOrder::FillAndStroke;
        for filling in [fill_first, !fill_first] {
            if filling {
                self.fill(path, at, canvas)?;
            } else {
                self.stroke(path, at, canvas)?;
            }
        }
        Ok(())
    }

    fn fill(&mut self, path: &usvg::Path, at: Matrix, canvas: &mut Canvas) -> Result<()> {
        let Some(fill) = path.fill() else { return Ok(()) };
        let (color, alpha) = self.paint(fill.paint(), at)?;
        canvas.save();
        let alpha = alpha * f64::from(fill.opacity().get());
        canvas.state(alpha, alpha, Blend::Normal);
        canvas.fill_color(color);
        canvas.concat(at);
        canvas.path(segments(path.data()));
        canvas.paint(Painting {
            fill: true,
            stroke: false,
            even_odd: fill.rule() == FillRule::EvenOdd,
        });
        canvas.restore();
        Ok(())
    }

    fn stroke(&mut self, path: &usvg::Path, at: Matrix, canvas: &mut Canvas) -> Result<()> {
        let Some(stroke) = path.stroke() else { return Ok(()) };
        let (color, alpha) = self.paint(stroke.paint(), at)?;
        canvas.save();
        let alpha = alpha * f64::from(stroke.opacity().get());
        canvas.state(alpha, alpha, Blend::Normal);
        canvas.stroke_color(color);
        canvas.concat(at);
        pen(stroke, canvas);
        canvas.path(segments(path.data()));
        canvas.paint(Painting {
            fill: false,
            stroke: true,
            even_odd: false,
        });
        canvas.restore();
        Ok(())
    }

    /// The colour, or the pattern of a gradient, and its opacity.
    fn paint(&mut self, paint: &Paint, at: Matrix) -> Result<(Color, f64)> {
        let (shading, alpha, transform) = match paint {
            Paint::Color(color) => return Ok((gradient::color(*color), 1.0)),
            Paint::LinearGradient(linear) => {
                let (shading, alpha) = gradient::linear(linear)?;
                (shading, alpha, linear.transform())
            }
            Paint::RadialGradient(radial) => {
                let (shading, alpha) = gradient::radial(radial)?;
                (shading, alpha, radial.transform())
            }
            Paint::Pattern(_) => {
                return Err(unsupported(text!(
                    "<pattern> in the SVG cannot be drawn",
                    "不支持绘制 SVG 中的 <pattern>"
                )));
            }
        };
        let pattern = gradient::pattern(shading, multiply(matrix(transform), at));
        Ok((Color::Pattern(self.objects.add(pattern)), alpha))
    }

    fn image(&mut self, image: &usvg::Image, canvas: &mut Canvas) -> Result<()> {
        if !image.is_visible() {
            return Ok(());
        }
        let (format, data) = match image.kind() {
            ImageKind::PNG(data) => (PictureFormat::Png, data),
            ImageKind::JPEG(data) => (PictureFormat::Jpeg, data),
            ImageKind::GIF(data) => (PictureFormat::Gif, data),
            ImageKind::WEBP(_) | ImageKind::SVG(_) => {
                return Err(unsupported(text!(
                    "an image in the SVG is not an embedded PNG, JPEG or GIF",
                    "SVG 中的图像不是内嵌的 PNG、JPEG 或 GIF"
                )));
            }
        };
        let embedded = raster::embed(format, data, &mut self.pixels, self.objects)?;
        let (width, height) = (f64::from(image.size().width()), f64::from(image.size().height()));
        canvas.save();
        canvas.concat(multiply(
            [width, 0.0, 0.0, -height, 0.0, height],
            matrix(image.abs_transform()),
        ));
        canvas.show(embedded.id);
        canvas.restore();
        Ok(())
    }
}

/// One path is a clip; several would be their union, which PDF has no operator for.
fn clip_to(clip: &usvg::ClipPath, outer: Matrix, canvas: &mut Canvas) -> Result<()> {
    let many = || {
        unsupported(text!(
            "a clip path of more than one shape cannot be drawn",
            "不支持绘制由多个图形组成的裁剪路径"
        ))
    };
    let at = multiply(matrix(clip.transform()), outer);
    let mut group = clip.root();
    // A group in a clip is the frame of one shape.
    loop {
        match group.children() {
            [] => {
                canvas.rectangle(0.0, 0.0, 0.0, 0.0);
                canvas.clip(false);
                return Ok(());
            }
            [Node::Group(inner)] if inner.clip_path().is_none() => group = inner,
            [Node::Path(path)] => {
                let matrix = multiply(matrix(path.abs_transform()), at);
                let even_odd = path.fill().is_some_and(|fill| fill.rule() == FillRule::EvenOdd);
                canvas.path(segments(path.data()).map(|segment| segment.through(matrix)));
                canvas.clip(even_odd);
                return Ok(());
            }
            _ => return Err(many()),
        }
    }
}

fn pen(stroke: &Stroke, canvas: &mut Canvas) {
    canvas.operator(&[f64::from(stroke.width().get())], "w");
    let cap = match stroke.linecap() {
        LineCap::Butt => 0.0,
        LineCap::Round => 1.0,
        LineCap::Square => 2.0,
    };
    canvas.operator(&[cap], "J");
    let join = match stroke.linejoin() {
        LineJoin::Miter | LineJoin::MiterClip => 0.0,
        LineJoin::Round => 1.0,
        LineJoin::Bevel => 2.0,
    };
    canvas.operator(&[join], "j");
    canvas.operator(&[f64::from(stroke.miterlimit().get())], "M");
    if let Some(lengths) = stroke.dasharray() {
        let lengths: Vec<_> = lengths.iter().map(|length| f64::from(*length)).collect();
        canvas.dash(&lengths, f64::from(stroke.dashoffset()));
    }
}

fn segments(path: &usvg::tiny_skia_path::Path) -> impl Iterator<Item = Segment> + '_ {
    let mut last = (0.0, 0.0);
    path.segments().map(move |segment| {
        let point = |point: usvg::tiny_skia_path::Point| (f64::from(point.x), f64::from(point.y));
        let segment = match segment {
            PathSegment::MoveTo(to) => Segment::Move(point(to)),
            PathSegment::LineTo(to) => Segment::Line(point(to)),
            PathSegment::QuadTo(control, to) => Segment::quadratic(last, point(control), point(to)),
            PathSegment::CubicTo(one, two, to) => Segment::Curve(point(one), point(two), point(to)),
            PathSegment::Close => Segment::Close,
        };
        if let Segment::Move(to) | Segment::Line(to) | Segment::Curve(_, _, to) = segment {
            last = to;
        }
        segment
    })
}

fn matrix(transform: Transform) -> Matrix {
    [
        transform.sx,
        transform.ky,
        transform.kx,
        transform.sy,
        transform.tx,
        transform.ty,
    ]
    .map(f64::from)
}

fn blend(mode: BlendMode) -> Result<Blend> {
    Ok(Blend::Other(match mode {
        BlendMode::Normal => return Ok(Blend::Normal),
        BlendMode::Multiply => return Ok(Blend::Multiply),
        BlendMode::PlusLighter => {
            return Err(unsupported(text!(
                "the blend mode plus-lighter of an SVG cannot be drawn",
                "不支持绘制 SVG 的 plus-lighter 混合模式"
            )));
        }
        BlendMode::Screen => "Screen",
        BlendMode::Overlay => "Overlay",
        BlendMode::Darken => "Darken",
        BlendMode::Lighten => "Lighten",
        BlendMode::ColorDodge => "ColorDodge",
        BlendMode::ColorBurn => "ColorBurn",
        BlendMode::HardLight => "HardLight",
        BlendMode::SoftLight => "SoftLight",
        BlendMode::Difference => "Difference",
        BlendMode::Exclusion => "Exclusion",
        BlendMode::Hue => "Hue",
        BlendMode::Saturation => "Saturation",
        BlendMode::Color => "Color",
        BlendMode::Luminosity => "Luminosity",
    }))
}
