using System.Collections.Immutable;
using static TorchSharp.torch;

namespace LiftPlus.Weights;

/// <summary>
/// Fills a module from a weight file: names are compared both ways and every shape is checked before the first value is copied, so that a
/// wrong file does not change the module. Values are converted to the module's own type and device, one tensor at a time. Tensors with NaN
/// or infinite values are all named when everything is copied.
/// </summary>
public static class WeightLoader
{
    /// <summary>Fills a module whose tensors have the file's names.</summary>
    /// <param name="module">The module; all its parameters and buffers must be in the file.</param>
    /// <param name="source">The file; it must contain nothing else.</param>
    /// <exception cref="WeightMismatchException">Names are missing or unexpected, or shapes are wrong; all of them are listed.</exception>
    /// <exception cref="WeightFileException">
    /// A tensor's data cannot be read, or values are NaN or infinite. The module must not be used.
    /// </exception>
    public static void Load(nn.Module module, WeightSource source) => Load(module.state_dict(), source, KeyMap.Identity);

    /// <summary>Fills tensors that have the file's names.</summary>
    /// <inheritdoc cref="Load(nn.Module, WeightSource)"/>
    /// <param name="targets">The tensors; all of them must be in the file.</param>
    /// <param name="source">The file; it must contain nothing else.</param>
    public static void Load(IReadOnlyDictionary<string, Tensor> targets, WeightSource source) => Load(targets, source, KeyMap.Identity);

    /// <summary>Fills the given tensors from a file that follows a naming.</summary>
    internal static void Load(IReadOnlyDictionary<string, Tensor> targets, WeightSource source, KeyMap map)
    {
        ImmutableArray<KeyRow> rows = Check(
            targets.ToDictionary(target => target.Key, target => (target.Value.shape, target.Value.dtype)),
            source,
            map
        );
        FiniteValues finite = new();
        using IDisposable noGrad = no_grad();
        foreach (KeyRow row in rows)
        {
            row.Fill(targets[row.Key], source);
            foreach ((int i, string name) in row.Sources.Index())
            {
                using Tensor slot = row.Slot(targets[row.Key], i);
                finite.Add(name, slot);
            }
        }

        finite.ThrowIfAny(source.Path);
    }

    /// <summary>Compares a model, of which only shapes and types must be known, with a file.</summary>
    /// <returns>The rows of the table that fill the model.</returns>
    internal static ImmutableArray<KeyRow> Check(
        IReadOnlyDictionary<string, (long[] Shape, ScalarType Type)> targets,
        WeightSource source,
        KeyMap map
    )
    {
        ImmutableArray<KeyRow> rows = [.. map.Expand([.. targets.Keys])];
        ImmutableArray<string>.Builder missing = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<WrongTensor>.Builder wrong = ImmutableArray.CreateBuilder<WrongTensor>();
        missing.AddRange(targets.Keys.Except(rows.Select(row => row.Key))); // no such tensor under this naming
        foreach (KeyRow row in rows)
        {
            (long[] shape, ScalarType type) = targets[row.Key];
            foreach ((int i, string name) in row.Sources.Index())
            {
                long[]? expected = row.SourceShape(shape, i);
                if (!source.Tensors.TryGetValue(name, out TensorInfo? info))
                    missing.Add(name);
                else if (expected is null || !info.Shape.AsSpan().SequenceEqual(expected) || IsFloat(info.DataType) != IsFloat(type))
                    wrong.Add(
                        new WrongTensor(
                            name,
                            $"{(IsFloat(type) ? "numbers" : type)} {TensorInfo.Format(expected ?? shape)}",
                            info.ToString()
                        )
                    );
            }
        }

        HashSet<string> used = [.. rows.SelectMany(row => row.Sources)];
        ImmutableArray<string> unexpected = [.. source.Tensors.Keys.Where(name => !used.Contains(name) && !map.Ignores(name))];
        if (missing.Count > 0 || wrong.Count > 0 || unexpected.Length > 0)
            throw new WeightMismatchException(source.Path, map.Name, missing.ToImmutable(), unexpected, wrong.ToImmutable());
        return rows;
    }

    private static bool IsFloat(ScalarType type) =>
        type is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;
}
