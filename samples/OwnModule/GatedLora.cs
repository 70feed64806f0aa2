using System.ComponentModel.DataAnnotations;
using LiftPlus.Peft;
using LiftPlus.Sites;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Samples.OwnModule;

/// <summary>
/// Represents a method of our own: LoRA with a gate for each token, y + sigmoid(x w) · x A B. A recipe stores this record and nothing else
/// of the method.
/// </summary>
public sealed record GatedLoraOptions : AdapterOptions
{
    public override string Type => "gated-lora";

    [Range(1, 1024)]
    public int Rank { get; init; } = 4;

    public override AdapterSites Sites { get; init; } = AdapterSites.Query | AdapterSites.Value;

    public override Adapter CreateAdapter(AdapterContext context) =>
        new GatedLora(context.InputWidth, context.OutputWidth, Rank, context.Random);
}

/// <summary>Implements the module at one site. It starts without effect, because B is zero.</summary>
internal sealed class GatedLora : Adapter
{
    private readonly Parameter down; // A (r, in)
    private readonly Parameter up; // B (out, r)
    private readonly Parameter gate; // w (1, in)

    public GatedLora(long inputWidth, long outputWidth, int rank, Generator random)
        : base(nameof(GatedLora))
    {
        double bound = 1 / Math.Sqrt(inputWidth);
        down = new Parameter(empty(rank, inputWidth).uniform_(-bound, bound, random)); // seeded by the recipe
        up = new Parameter(zeros(outputWidth, rank));
        gate = new Parameter(zeros(1, inputWidth));
        RegisterComponents(); // field names become the parameter names in the weight file
    }

    public override bool IsTokenwise => true; // tokens are independent, so the last block only computes those that are read

    public override Tensor forward(Tensor x, Tensor y) // (B, N, in), (B, N, out)
    {
        Tensor change = nn.functional.linear(nn.functional.linear(x, down), up); // (B, N, out)
        Tensor open = nn.functional.linear(x, gate).sigmoid(); // (B, N, 1)
        return TensorMath.Add(y, open.mul(change));
    }
}
