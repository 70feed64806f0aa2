using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

/// <summary>
/// Represents what one description says of the pixels that a network expects: a byte times <see cref="Factor"/>, minus the mean, divided by
/// the standard deviation.
/// </summary>
/// <param name="Place">The object that says it.</param>
/// <param name="Name">The file's name, and where in it, for remarks.</param>
internal sealed record PixelDescription(JsonFile Place, string Name)
{
    private const string BicubicName = "bicubic",
        BilinearName = "bilinear";

    private const double ByteScale = 255,
        Rounding = 1e-6; // of 1/255 written in decimals

    /// <summary>Gets the mean of each channel; null if the description does not give it.</summary>
    public float[]? Mean { get; init; }

    /// <summary>Gets the standard deviation of each channel; null if the description does not give it.</summary>
    public float[]? Std { get; init; }

    /// <summary>Gets the number that bytes are multiplied with before they are normalized.</summary>
    /// <value>The default value is 1/255.</value>
    public double Factor { get; init; } = 1 / ByteScale;

    /// <summary>Gets the side of the images; null if the description does not give it.</summary>
    public int? Side { get; init; }

    /// <summary>Gets whether both sides of an image get the same length; otherwise the long side is cut.</summary>
    public bool Squash { get; init; }

    /// <summary>Gets the interpolation.</summary>
    public ResizeFilter Filter { get; init; }

    /// <summary>Gets how images are resized and cut, as far as LiftPlus does it otherwise; empty if it does the same.</summary>
    public IReadOnlyList<string> Otherwise { get; init; } = [];

    /// <summary>
    /// Gets what the library of the description does with images, as JSON by name, whether LiftPlus does it or not: a description that was
    /// changed is noticed.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the settings that LiftPlus cannot follow and that would change what is seen.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>Gets whether the description says anything of the values of pixels.</summary>
    public bool HasValues => Mean is not null || Std is not null || !IsPlain;

    private bool IsPlain => Math.Abs(Factor * ByteScale - 1) < Rounding;

    /// <summary>
    /// Returns the mean and standard deviation of pixels from 0 to 1, which give the same numbers as the factor and the values of the
    /// description.
    /// </summary>
    /// <param name="usual">The values for what the description leaves out.</param>
    public (float[] Mean, float[] Std) Values(PreprocessConfig usual)
    {
        float[] mean = Mean ?? [.. usual.Mean],
            std = Std ?? [.. usual.Std];
        return IsPlain ? (mean, std) : (Scale(mean), Scale(std));
    }

    /// <summary>Returns the interpolation of a name that a library uses; null for one that LiftPlus does not have.</summary>
    public static ResizeFilter? FilterOf(string? name) =>
        name switch
        {
            null or BicubicName => ResizeFilter.Bicubic, // the default of the libraries
            BilinearName => ResizeFilter.Bilinear,
            _ => null,
        };

    /// <summary>Returns the libraries' name of an interpolation.</summary>
    public static string NameOf(ResizeFilter filter) => filter == ResizeFilter.Bilinear ? BilinearName : BicubicName;

    /// <summary>Reads settings for <see cref="Settings"/>.</summary>
    /// <param name="place">The object that has them.</param>
    /// <param name="form">A word for the kind of description, because libraries have settings of the same name.</param>
    /// <param name="names">The names of the settings.</param>
    public static Dictionary<string, string> Read(JsonFile place, string form, IEnumerable<string> names) =>
        names
            .Select(name => (Name: $"{form}.{name}", Value: place.Json(name)))
            .Where(setting => setting.Value is not null)
            .ToDictionary(setting => setting.Name, setting => setting.Value!);

    private float[] Scale(float[] values) => [.. values.Select(value => (float)(value / (Factor * ByteScale)))];
}
