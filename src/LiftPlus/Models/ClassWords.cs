using LiftPlus.Classifiers;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>Encodes the words about classes as directions in the space of the features, and keeps those that it has encoded.</summary>
internal sealed class ClassWords : IDisposable
{
    private readonly Dictionary<string, Tensor> _known = [];
    private readonly Lock _lock = new();

    /// <summary>Returns the unit direction of each class (C, D), on the CPU.</summary>
    /// <param name="backbone">A backbone with text encoder and vocabulary.</param>
    /// <param name="texts">The texts of each class.</param>
    /// <param name="names">The names of the classes, for messages.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="LiftPlusException">A text has too many tokens.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Tensor Encode(
        Backbone backbone,
        IReadOnlyList<IReadOnlyList<string>> texts,
        IReadOnlyList<string> names,
        CancellationToken cancellationToken
    )
    {
        string[] keys = [.. texts.Select(of => string.Join('\n', of))];
        lock (_lock)
        {
            int[] missing = [.. Enumerable.Range(0, keys.Length).Where(i => !_known.ContainsKey(keys[i])).DistinctBy(i => keys[i])];
            if (missing.Length > 0)
            {
                Tensor encoded = ClassTextEncoder.Encode(
                    backbone,
                    [.. missing.Select(i => texts[i])],
                    null,
                    [.. missing.Select(i => names[i])],
                    cancellationToken
                ); // (M, E)
                Tensor directions = SemanticInitializer.Directions(encoded, backbone.LinearProjection()); // (M, D)
                foreach ((int row, int i) in missing.Index())
                    _known.Add(keys[i], directions[row].cpu().clone().DetachFromDisposeScope());
            }

            return stack([.. keys.Select(key => _known[key])]);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (Tensor direction in _known.Values)
                direction.Dispose();
            _known.Clear();
        }
    }
}
