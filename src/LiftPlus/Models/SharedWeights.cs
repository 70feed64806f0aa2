using LiftPlus.Sites;
using TorchSharp.Modules;

namespace LiftPlus.Models;

/// <summary>
/// Lets models on the same backbone share the memory of its frozen tensors. Each model has its own tensor objects, which point to the same
/// memory, which libtorch counts: it is freed with the last of them. Trained tensors are never shared.
/// </summary>
internal static class SharedWeights
{
    private static readonly Lock s_lock = new();
    private static readonly List<(string Sha256, WeakReference<Backbone> Backbone)> s_live = [];

    /// <summary>Gets the number of models that others may share with.</summary>
    public static int LiveCount
    {
        get
        {
            lock (s_lock)
                return s_live.Count(entry => entry.Backbone.TryGetTarget(out _));
        }
    }

    /// <summary>
    /// Points the frozen parameters of a backbone at those of other models on the same one, and lets later models share it until it leaves.
    /// </summary>
    /// <param name="backbone">
    /// The backbone on its device, in its types, with its methods attached, so that trained parameters are marked.
    /// </param>
    /// <param name="sha256">The hash of its values before training.</param>
    public static void Join(Backbone backbone, string sha256)
    {
        lock (s_lock)
        {
            Dictionary<string, Parameter> own = Frozen(backbone);
            foreach ((_, WeakReference<Backbone> live) in s_live.Where(entry => entry.Sha256 == sha256))
            {
                if (!live.TryGetTarget(out Backbone? other))
                    continue;
                foreach ((string name, Parameter theirs) in Frozen(other))
                {
                    if (own.TryGetValue(name, out Parameter? parameter) && IsLike(parameter, theirs) && own.Remove(name))
                        parameter.set_(theirs);
                }
            }

            s_live.RemoveAll(entry => !entry.Backbone.TryGetTarget(out _));
            s_live.Add((sha256, new WeakReference<Backbone>(backbone)));
        }
    }

    /// <summary>Ends sharing for a backbone that is about to be disposed.</summary>
    public static void Leave(Backbone backbone)
    {
        lock (s_lock)
            s_live.RemoveAll(entry => !entry.Backbone.TryGetTarget(out Backbone? live) || ReferenceEquals(live, backbone));
    }

    // Without adapters' own values and a resampled position embedding: the hash does not cover them.
    private static Dictionary<string, Parameter> Frozen(Backbone backbone)
    {
        HashSet<nint> ofAdapters =
        [
            .. backbone
                .modules()
                .Where(module => module is Adapter or WeightAdapter)
                .SelectMany(module => module.parameters())
                .Select(parameter => parameter.Handle),
        ];
        return backbone
            .named_parameters()
            .Where(entry => !entry.parameter.requires_grad && !ofAdapters.Contains(entry.parameter.Handle))
            .Where(entry => backbone.Origin?.ResampledFrom is null || !entry.name.EndsWith("pos_embed", StringComparison.Ordinal))
            .ToDictionary(entry => entry.name, entry => entry.parameter);
    }

    private static bool IsLike(Parameter one, Parameter other) =>
        one.dtype == other.dtype
        && one.device_type == other.device_type
        && one.device_index == other.device_index
        && one.shape.AsSpan().SequenceEqual(other.shape);
}
