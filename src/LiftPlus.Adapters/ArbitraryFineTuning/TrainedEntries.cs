using LiftPlus.Messages;
using LiftPlus.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Adapters;

/// <summary>Chooses the trained entries of the backbone's tensors from a saved model, a mask file or a seed.</summary>
internal sealed class TrainedEntries(ArbitraryFineTuningOptions options, WeightSource? saved) : IDisposable
{
    private const int Listed = 20;
    private readonly Safetensors? _masks = options.MaskFile is null || saved is not null ? null : Safetensors.Open(options.MaskFile);

    /// <summary>Compares the mask file, if there is one, with the tensors that need a mask.</summary>
    /// <exception cref="LiftPlusException">
    /// Masks are missing, unexpected, or have the wrong shape or type; the message lists them.
    /// </exception>
    public void Check(IReadOnlyDictionary<string, Parameter> tensors)
    {
        if (_masks is null)
            return;
        List<string> problems = [.. tensors.Keys.Except(_masks.Tensors.Keys).Select(name => $"'{name}' is missing")];
        problems.AddRange(_masks.Tensors.Keys.Except(tensors.Keys).Select(name => $"'{name}' is unexpected"));
        foreach ((string name, TensorInfo info) in _masks.Tensors.Where(mask => tensors.ContainsKey(mask.Key)))
        {
            if (!info.Shape.AsSpan().SequenceEqual(tensors[name].shape) || info.DataType is not (ScalarType.Bool or ScalarType.Byte))
                problems.Add($"'{name}' is {info} instead of Bool [{string.Join(", ", tensors[name].shape)}]");
        }

        if (problems.Count > 0)
        {
            throw new LiftPlusException(
                $"{_masks.Path} does not match the selected layers of this backbone: "
                    + $"{MessageText.First(problems, Listed, "; ")}. "
                    + "Give one mask for each weight and bias, with its name and shape."
            );
        }
    }

    /// <summary>Returns the flat positions of the trained entries (K), int64, ascending.</summary>
    /// <param name="name">The name of the tensor in the backbone.</param>
    /// <param name="savedName">The name of the positions in a saved model.</param>
    /// <param name="frozen">The tensor.</param>
    /// <param name="ratio">The share of the entries to train, if the seed chooses them.</param>
    public Tensor Get(string name, string savedName, Tensor frozen, double ratio)
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
            $"{saved.Path}: '{name}' is not an ascending list of positions in a tensor of {count} values; "
                + "the file is damaged. Save the model again."
        );
    }
}
