using LiftPlus.Messages;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Weights;

/// <summary>
/// Finds NaN and infinite values in tensors while a model is filled. Later they would only show as a loss that is not a number.
/// </summary>
/// <param name="type">The type that the values are used in, which may have no room for them.</param>
internal sealed class FiniteValues(ScalarType type = ScalarType.Float32)
{
    private const int Listed = 5,
        LongestName = 200;
    private readonly List<string> _wrong = [];
    private int _count;

    /// <summary>Gets what was found, as a sentence that names the first tensors and counts all; null if all values are finite.</summary>
    public string? Problem =>
        _wrong.Count == 0
            ? null
            : $"{_wrong.Count} of {_count} tensors hold values that are NaN or infinite: {MessageText.FirstAndRest(_wrong, Listed)}.";

    /// <summary>Reads the tensors with these names and requires that all their values are finite.</summary>
    /// <exception cref="WeightFileException">Some are not.</exception>
    public static void Check(WeightSource source, IEnumerable<string> names)
    {
        FiniteValues values = new();
        foreach (string name in names)
        {
            using Tensor tensor = source.Read(name);
            values.Add(name, tensor);
        }

        values.ThrowIfAny(source.Path);
    }

    /// <summary>Looks at one tensor.</summary>
    public void Add(string name, Tensor values)
    {
        _count++;
        if (values.is_floating_point() && NotFinite(values) is > 0 and long number)
            _wrong.Add($"'{MessageText.Shorten(name, LongestName)}' ({number} of {values.numel()} values)");
    }

    /// <summary>Throws if there were any.</summary>
    /// <param name="path">The file of the tensors.</param>
    /// <exception cref="WeightFileException">Some values are not finite.</exception>
    public void ThrowIfAny(string path)
    {
        if (Problem is not null)
            throw new WeightFileException(
                path,
                $"{Problem} Fetch the file again, or use weights that were saved before their training went wrong."
            );
    }

    // One or two fast passes decide nearly every tensor without memory: a sum is finite unless one of the values is not, or they are huge.
    // Half precision ends at 65504; a type can hold all values if it can hold the least and the largest, which are NaN if any value is.
    private long NotFinite(Tensor values)
    {
        if (values.numel() == 0)
            return 0;
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        bool isSure =
            type == ScalarType.Float32
                ? float.IsFinite(values.sum(ScalarType.Float32).item<float>())
                : IsFinite(values.min()) && IsFinite(values.max());
        return isSure ? 0 : values.to(type).isfinite().logical_not().sum().item<long>();
    }

    private bool IsFinite(Tensor value) => float.IsFinite(value.to(type).to(ScalarType.Float32).item<float>());
}
