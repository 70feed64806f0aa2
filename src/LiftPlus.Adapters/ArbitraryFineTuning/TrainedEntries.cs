using LiftPlus.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Adapters;

/// <summary>Which entries of the backbone's tensors are trained: as a saved model has them, as a mask file says, or drawn from a seed.</summary>
internal sealed class TrainedEntries(ArbitraryFineTuningOptions options, WeightSource? saved) : IDisposable
{
    private const int Listed = 20;
    private readonly Safetensors? _masks = options.MaskFile is null || saved is not null ? null : Safetensors.Open(options.MaskFile);

    /// <summary>Compares the mask file, if there is one, with the tensors that want a mask, both ways.</summary>
    /// <exception cref="LiftPlusException">Masks are missing, have no place, or have the wrong shape or type; all of them are listed.</exception>
    public void Check(IReadOnlyDictionary<string, Parameter> tensors)
    {
        if (_masks is null)
            return;
        List<string> problems = [.. tensors.Keys.Except(_masks.Tensors.Keys).Select(name => $"'{name}' is missing")];
        problems.AddRange(_masks.Tensors.Keys.Except(tensors.Keys).Select(name => $"'{name}' has no place"));
        foreach ((string name, TensorInfo info) in _masks.Tensors.Where(mask => tensors.ContainsKey(mask.Key)))
        {
            if (!info.Shape.AsSpan().SequenceEqual(tensors[name].shape) || info.DataType is not (ScalarType.Bool or ScalarType.Byte))
                problems.Add($"'{name}' is {info} and should be Bool [{string.Join(", ", tensors[name].shape)}]");
        }

        if (problems.Count > 0)
        {
            throw new LiftPlusException(
                $"{_masks.Path} does not hold the masks of this backbone's listed layers: {string.Join("; ", problems.Take(Listed))}{(problems.Count > Listed ? "; ..." : "")}. "
                    + "Give one mask for each weight and bias, of its name and shape."
            );
        }
    }

    /// <summary>Flat positions of the trained entries (K), int64, ascending.</summary>
    /// <param name="name">The tensor's name in the backbone.</param>
    /// <param name="savedName">Under which name a saved model has the positions.</param>
    /// <param name="frozen">The tensor.</param>
    /// <param name="ratio">Share of the entries, where they are drawn.</param>
    public Tensor Of(string name, string savedName, Tensor frozen, double ratio)
    {
        if (saved is not null && saved.Tensors.ContainsKey(savedName))
            return Saved(savedName, frozen.numel());
        if (_masks is null)
            return MaskedWeight.Select(frozen.numel(), ratio, options.Seed);
        using DisposeScope scope = NewDisposeScope();
        return _masks.Read(name).flatten().nonzero().flatten().MoveToOuterDisposeScope();
    }

    public void Dispose() => _masks?.Dispose();

    private Tensor Saved(string name, long count)
    {
        Tensor places = saved!.Read(name);
        if (places.dtype == int64 && places.dim() == 1)
        {
            long last = -1;
            bool sound = true;
            foreach (long place in places.data<long>())
            {
                sound &= place > last && place < count;
                last = place;
            }

            if (sound)
                return places;
        }

        places.Dispose();
        throw new LiftPlusException(
            $"{saved.Path}: '{name}' does not hold ascending places in a tensor of {count} values; the file is damaged. Save the model again."
        );
    }
}
