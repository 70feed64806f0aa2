using LiftPlus;
using LiftPlus.Peft;
using LiftPlus.Sites;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OwnMethod;

/// <summary>Represents a fine-tuning method with one record and one module: a learned shift of the output of every MLP.</summary>
public sealed record ShiftOptions : AdapterOptions
{
    public override string Type => "shift";

    public override AdapterSites Sites { get; init; } = AdapterSites.MlpBranch;

    public override Adapter CreateAdapter(AdapterContext context) => new Shift(context.OutputWidth);
}

internal sealed class Shift : Adapter
{
    private readonly Parameter shift; // (width)

    public Shift(long width)
        : base(nameof(Shift))
    {
        shift = new Parameter(zeros(width));
        RegisterComponents();
    }

    public override bool IsTokenwise => true;

    public override Tensor forward(Tensor input, Tensor output) => TensorMath.Add(output, shift); // (B, N, width)
}
