using LiftPlus.Onnx;
using static TorchSharp.torch;

namespace LiftPlus.Sites;

/// <summary>
/// Represents a place in a block where adapters can be attached. Without adapters it returns its output unchanged and costs nothing.
/// </summary>
public sealed class AdapterSite : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly List<KeyValuePair<string, Adapter>> _adapters = [];

    /// <summary>Creates an empty site.</summary>
    /// <param name="foldsIntoLinear">
    /// Whether the output of the site is that of one linear layer, so that an affine adapter can be folded into it.
    /// </param>
    internal AdapterSite(bool foldsIntoLinear = false)
        : base(LibTorch.Loaded(nameof(AdapterSite)))
    {
        FoldsIntoLinear = foldsIntoLinear;
    }

    internal bool FoldsIntoLinear { get; }

    /// <summary>Gets whether no adapter is attached.</summary>
    public bool IsEmpty => _adapters.Count == 0;

    internal bool IsTokenwise => _adapters.TrueForAll(entry => entry.Value.IsTokenwise);

    /// <summary>Gets the adapters in the order in which they run, with the names they were attached under.</summary>
    public IReadOnlyList<KeyValuePair<string, Adapter>> Adapters => _adapters;

    /// <summary>Appends an adapter, whose parameters are then found under <paramref name="name"/>.</summary>
    /// <exception cref="LiftPlusException">An adapter of this name is already attached.</exception>
    public void Attach(string name, Adapter adapter)
    {
        RequireFree(name);
        register_module(name, adapter);
        _adapters.Add(new(name, adapter));
    }

    internal void RequireFree(string name)
    {
        if (_adapters.Any(existing => existing.Key == name))
        {
            throw new LiftPlusException(
                $"An adapter named '{name}' is already attached at this site; put the second one on other layers or sites."
            );
        }
    }

    /// <summary>Computes the weight (out, in) and bias (out) of this site's linear layer with its adapters folded in.</summary>
    internal (Tensor Weight, Tensor? Bias) Fold(Tensor weight, Tensor? bias)
    {
        foreach ((_, Adapter adapter) in _adapters)
            (weight, bias) = ((IMergeableAdapter)adapter).Merge(weight, bias);
        return (weight, bias);
    }

    /// <summary>Gets whether this site's linear layer and its adapters are one linear layer.</summary>
    internal bool Folds => FoldsIntoLinear && _adapters.TrueForAll(entry => entry.Value is IMergeableAdapter);

    /// <summary>Adds the adapters to a graph; they are not folded.</summary>
    /// <returns>The name of the new output.</returns>
    internal string Write(OnnxGraph graph, string input, string output)
    {
        graph.Adapters.UnionWith(_adapters.Select(entry => entry.Key));
        foreach ((string name, Adapter adapter) in _adapters)
            output = graph.Module(adapter, $"the adapter '{name}'", input, output);
        return output;
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor output)
    {
        if (IsEmpty)
            return output;
        ScalarType type = output.dtype;
        if (type == float32 || !output.is_floating_point())
            return Run(input, output);
        return Run(input.is_floating_point() ? input.to(float32) : input, output.to(float32)).to(type); // adapters compute in float32
    }

    private Tensor Run(Tensor input, Tensor output)
    {
        foreach ((_, Adapter adapter) in _adapters)
            output = adapter.forward(input, output);
        return output;
    }
}
