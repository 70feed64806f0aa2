using LiftPlus.Layers;
using LiftPlus.Sites;
using static TorchSharp.torch;

namespace LiftPlus;

public sealed partial class Backbone
{
    /// <summary>
    /// Gets what fine-tuning changes in the backbone, by name: every trained parameter, the buffers of adapters (which entries are trained,
    /// where learned context goes) and the running statistics of trained normalizations. Copying these into a fresh backbone with the same
    /// methods gives the same outputs. The tensors are the backbone's own.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The backbone is disposed.</exception>
    public IReadOnlyDictionary<string, Tensor> TrainedState()
    {
        using IDisposable use = Enter();
        var state = named_parameters()
            .Where(entry => entry.parameter.requires_grad)
            .ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter);
        foreach ((string path, nn.Module module) in named_modules())
        {
            if (module is not (Adapter or WeightAdapter or FreezableBatchNorm { TrainsStatistics: true }))
                continue;
            foreach ((string name, Tensor buffer) in module.named_buffers())
                state.Add($"{path}.{name}", buffer);
        }

        return state;
    }
}
