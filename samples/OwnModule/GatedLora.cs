using System.ComponentModel.DataAnnotations;
using LiftPlus.Sites;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Samples.OwnModule;

/// <summary>A method of our own: LoRA whose change each token can turn down, y + sigmoid(x w) · x A B. This record is all that a recipe holds of it.</summary>
public sealed record GatedLoraOptions : AdapterOptions
{
    public override string Type => "gated-lora";

    [Range(1, 1024)]
    public int Rank { get; init; } = 4;

    public override AdapterSites Sites { get; init; } = AdapterSites.Query | AdapterSites.Value;

    public override Adapter CreateAdapter(AdapterContext context) =>
        new GatedLora(context.InputWidth, context.OutputWidth, Rank, context.Random);
}

/// <summary>The module at one site. It changes nothing when created, because B is zero.</summary>
internal sealed class GatedLora : Adapter
{
    private readonly Parameter down; // A (r, in)
    private readonly Parameter up; // B (out, r)
    private readonly Parameter gate; // w (1, in)

    public GatedLora(long inputWidth, long outputWidth, int rank, Generator random)
        : base(nameof(GatedLora))
    {
        double bound = 1 / Math.Sqrt(inputWidth);
        down = new Parameter(empty(rank, inputWidth).uniform_(-bound, bound, random)); // from the recipe's seed
        up = new Parameter(zeros(outputWidth, rank));
        gate = new Parameter(zeros(1, inputWidth));
        RegisterComponents(); // the fields' names become the parameters' names in the file
    }

    public override bool IsTokenwise => true; // no token looks at another, so the last block need not compute all of them

    public override Tensor forward(Tensor x, Tensor y) // (B, N, in), (B, N, out)
    {
        Tensor change = nn.functional.linear(nn.functional.linear(x, down), up); // (B, N, out)
        Tensor open = nn.functional.linear(x, gate).sigmoid(); // (B, N, 1)
        return TensorMath.Add(y, open.mul(change));
    }
}
