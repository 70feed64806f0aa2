using LiftPlus.Backbones;
using LiftPlus.Layers;
using LiftPlus.Sites;
using LiftPlus.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Peft;

/// <summary>What a method is given to work on: the frozen backbone, the task's size and the source of chance for initial values.</summary>
public sealed class PeftContext
{
    /// <summary>Creates the context.</summary>
    /// <param name="backbone">The backbone, frozen.</param>
    /// <param name="classCount">Number of classes C; automatic sizes follow from it.</param>
    /// <param name="random">Where initial values are drawn from, in a fixed order.</param>
    public PeftContext(Backbone backbone, int classCount, Generator random)
    {
        Backbone = backbone;
        ClassCount = classCount;
        Random = random;
    }

    /// <summary>The backbone, frozen but for what earlier methods unfroze.</summary>
    public Backbone Backbone { get; }

    /// <summary>Number of classes C.</summary>
    public int ClassCount { get; }

    /// <summary>Where initial values are drawn from.</summary>
    public Generator Random { get; }

    /// <summary>
    /// The trained tensors (<see cref="Backbone.TrainedState"/>) that will be filled in, where a saved model is read back; null where training begins. For
    /// methods whose sizes they determine.
    /// </summary>
    public WeightSource? Saved { get; init; }

    /// <summary>The blocks of a tower; empty for a ResNet.</summary>
    /// <exception cref="LiftPlusException">The backbone has no such tower.</exception>
    public IReadOnlyList<TransformerBlock> Blocks(Tower tower) =>
        tower == Tower.Image ? Backbone.Image.Blocks : Backbone.RequireText().Blocks;

    /// <summary>The blocks of a tower whose own parameters can be trained: transformer blocks, or a ResNet's residual blocks.</summary>
    /// <exception cref="LiftPlusException">The backbone has no such tower.</exception>
    public IReadOnlyList<IBackboneBlock> TunableBlocks(Tower tower) =>
        tower == Tower.Image && Backbone.Image.Blocks.Count == 0 ? Backbone.Image.ResidualBlocks : Blocks(tower);

    /// <summary>Creates an adapter, moves it to the backbone's device and puts it at a site.</summary>
    /// <param name="site">The site.</param>
    /// <param name="name">The name its parameters are found under, usually the method's <see cref="ComponentOptions.Type"/>.</param>
    /// <param name="create">Makes the adapter; what it leaves behind besides parameters and buffers is freed.</param>
    /// <exception cref="LiftPlusException">An adapter of this name stands there already.</exception>
    public void Attach(AdapterSite site, string name, Func<Adapter> create)
    {
        site.RequireFree(name);
        site.Attach(name, Own(create));
    }

    /// <summary>Puts re-parametrisations of weight and bias on a linear layer, on the backbone's device.</summary>
    /// <param name="linear">The layer.</param>
    /// <param name="create">Makes the re-parametrisation of a frozen tensor; called for the weight, then for the bias.</param>
    /// <exception cref="LiftPlusException">The layer is re-parametrised already.</exception>
    public void Reparametrize(AdaptableLinear linear, Func<Parameter, WeightAdapter> create)
    {
        linear.RequirePlain();
        linear.Reparametrize(Own(() => create(linear.Weight)), linear.Bias is null ? null : Own(() => create(linear.Bias)));
    }

    /// <summary>Marks a parameter of the backbone as trained.</summary>
    public static void Unfreeze(Parameter parameter) => parameter.requires_grad_(true);

    // Parameters built inside a dispose scope die with it; the caller may have one open, and this one clears up after the initialisation.
    private T Own<T>(Func<T> create)
        where T : nn.Module
    {
        using DisposeScope scope = NewDisposeScope();
        T module = create();
        module.to(Backbone.Device);
        foreach (Tensor kept in module.parameters().Concat(module.buffers()))
            kept.DetachFromDisposeScope();
        return module;
    }
}
