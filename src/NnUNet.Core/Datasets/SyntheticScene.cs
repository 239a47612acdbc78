using System.Numerics;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Datasets;

/// <summary>What a computed image shows, in world coordinates (LPS, millimetres).</summary>
internal sealed class SyntheticScene
{
    private const double Air = 20;
    private const double Tissue = 90;
    private const double OrganIntensity = 150;
    private const double LesionIntensity = 240;
    private const double VesselIntensity = 180;
    private const double EdgeWidth = 0.6;

    private readonly Ellipsoid _body;
    private readonly Ellipsoid _organ;
    private readonly Ellipsoid _lesion;
    private readonly Ellipsoid _vessel;
    private readonly Vector3 _shading;
    private readonly double _gain;

    private SyntheticScene(Ellipsoid body, Ellipsoid organ, Ellipsoid lesion, Ellipsoid vessel, Vector3 shading, double gain, double noise)
    {
        (_body, _organ, _lesion, _vessel, _shading, _gain, Noise) = (body, organ, lesion, vessel, shading, gain, noise);
    }

    /// <summary>Standard deviation of the noise, in the image's intensities.</summary>
    public double Noise { get; }

    /// <summary>A scene that fits into an image centred at the world's origin.</summary>
    public static SyntheticScene Draw(NumpyRandomState random, Extent extent, ImageGeometry geometry)
    {
        Spacing spacing = geometry.Spacing;
        double edge = Math.Min(extent.Z * spacing.Z, Math.Min(extent.Y * spacing.Y, extent.X * spacing.X));
        Vector3 organCentre = DrawVector(random, 0.1 * edge);
        Vector3 organRadii = new((float)(edge * random.Uniform(0.18, 0.26)), (float)(edge * random.Uniform(0.15, 0.21)), (float)(edge * random.Uniform(0.18, 0.26)));
        Vector3 outward = DrawDirection(random);
        float lesionRadius = (float)(edge * random.Uniform(0.13, 0.17));
        double gain = random.Uniform(0.8, 1.25);
        return new SyntheticScene(
            new Ellipsoid(DrawVector(random, 0.03 * edge), new Vector3((float)(0.46 * edge), (float)(0.42 * edge), (float)(0.6 * edge))),
            new Ellipsoid(organCentre, organRadii),
            new Ellipsoid(organCentre + (outward * organRadii * 0.85f), new Vector3(lesionRadius)),
            new Ellipsoid(organCentre - (outward * organRadii * 1.45f), new Vector3((float)(0.04 * edge), (float)(0.04 * edge), (float)(0.7 * edge))),
            DrawDirection(random) * (float)(random.Uniform(0, 0.25) / edge),
            gain,
            noise: gain * random.Uniform(8, 16));
    }

    /// <summary>Intensity without noise, and label, of a world position.</summary>
    public (double Intensity, short Label) At(Vector3 world)
    {
        double organ = _organ.SignedDistance(world);
        double lesion = _lesion.SignedDistance(world);
        double intensity = Blend(Air, Tissue, _body.SignedDistance(world));
        intensity = Blend(intensity, VesselIntensity, _vessel.SignedDistance(world));
        intensity = Blend(intensity, OrganIntensity, organ);
        intensity = Blend(intensity, LesionIntensity, lesion);
        short label = lesion <= 0 ? (short)2 : organ <= 0 ? (short)1 : (short)0;
        return (intensity * _gain * (1 + Vector3.Dot(_shading, world)), label);
    }

    // A soft edge, as the partial volume of voxels makes it.
    private static double Blend(double outside, double inside, double distance) =>
        outside + ((inside - outside) / (1 + Math.Exp(Math.Clamp(distance / EdgeWidth, -30, 30))));

    private static Vector3 DrawVector(NumpyRandomState random, double limit) =>
        new((float)random.Uniform(-limit, limit), (float)random.Uniform(-limit, limit), (float)random.Uniform(-limit, limit));

    private static Vector3 DrawDirection(NumpyRandomState random) =>
        Vector3.Normalize(new Vector3((float)random.Normal(), (float)random.Normal(), (float)random.Normal()));

    /// <summary>An ellipsoid along the world's axes.</summary>
    private readonly record struct Ellipsoid(Vector3 Centre, Vector3 Radii)
    {
        /// <summary>About the distance in millimetres to the surface; negative inside.</summary>
        public double SignedDistance(Vector3 world)
        {
            Vector3 scaled = (world - Centre) / Radii;
            float length = scaled.Length();
            if (length < 1e-6f) return -Math.Min(Radii.X, Math.Min(Radii.Y, Radii.Z));
            return (length - 1) * length / (scaled / Radii).Length();
        }
    }
}
