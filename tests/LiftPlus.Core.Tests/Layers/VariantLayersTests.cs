using LiftPlus.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Layers;

/// <summary>What the variants of a transformer block compute, against their definitions.</summary>
public sealed class VariantLayersTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly IDisposable _noGrad = no_grad();

    public void Dispose()
    {
        _noGrad.Dispose();
        _scope.Dispose();
    }

    public static TheoryData<string> Kinds => ["Dinov3", "Eva", "PerceptionEncoder"];

    // A pair of entries is a complex number that is multiplied with e^(i angle); the first token has no place.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void ARotationMultipliesPairsWithUnitNumbers(string name)
    {
        const int rows = 2,
            columns = 3,
            d = 8;
        var kind = (RotaryKind)typeof(RotaryKind).GetProperty(name)!.GetValue(null)!;
        using RotaryPositions rotary = new(kind, (rows, columns), d, hasClassToken: true);
        Tensor t = randn(1, 1, 1 + rows * columns, d, generator: new Generator(1)),
            turned = rotary.Turn(t);
        Assert.Equal(t.narrow(2, 0, 1).bytes, turned.narrow(2, 0, 1).bytes);
        for (int place = 0; place < rows * columns; place++)
        {
            (double y, double x) = kind.Grid switch
            {
                RotaryGrid.Centered => (
                    2 * Math.PI * ((place / columns + 0.5) / rows * 2 - 1),
                    2 * Math.PI * ((place % columns + 0.5) / columns * 2 - 1)
                ),
                RotaryGrid.Numbered => (place / columns + 1.0, place % columns + 1.0),
                _ => (place / columns * 16.0 / rows, place % columns * 16.0 / columns),
            };
            for (int pair = 0; pair < d / 2; pair++)
            {
                bool isFirstAxis = pair < d / 4;
                double coordinate = isFirstAxis == kind.StartsWithColumns ? x : y,
                    angle = coordinate / Math.Pow(kind.Base, 4.0 * (pair % (d / 4)) / d);
                (int a, int b) = kind.TurnsHalves ? (pair, pair + d / 2) : (2 * pair, 2 * pair + 1);
                double real = t[0, 0, 1 + place, a].item<float>(),
                    imaginary = t[0, 0, 1 + place, b].item<float>();
                Assert.Equal(real * Math.Cos(angle) - imaginary * Math.Sin(angle), turned[0, 0, 1 + place, a].item<float>(), 1e-5);
                Assert.Equal(real * Math.Sin(angle) + imaginary * Math.Cos(angle), turned[0, 0, 1 + place, b].item<float>(), 1e-5);
            }
        }
    }

    [Fact]
    public void HeadsThatCannotBeRotatedAreRefused() =>
        Assert.Contains(
            "Heads of 6 entries",
            Assert.Throws<LiftPlusException>(() => new RotaryPositions(RotaryKind.Eva, (2, 2), 6, hasClassToken: true)).Message
        );

    // The row of the table for two places depends on their difference alone.
    [Fact]
    public void ARelativePositionIsADifferenceOfPlaces()
    {
        const int side = 3,
            span = 2 * side - 1,
            prompts = 2;
        using RelativePositions relative = new(side, heads: 1);
        relative.table.copy_(tensor([.. Enumerable.Range(0, span * span + 3).Select(row => (float)row)]).unsqueeze(1));
        Tensor like = zeros(1),
            bias = relative.forward(1 + side * side, like);
        Assert.Equal([1, 1, 10, 10], bias.shape);
        double At(int from, int to) => bias[0, 0, from, to].item<float>();
        Assert.Equal((span * span + 2, span * span, span * span + 1), (At(0, 0), At(0, 4), At(4, 0)));
        for (int from = 0; from < side * side; from++)
        {
            for (int to = 0; to < side * side; to++)
            {
                int rows = from / side - to / side + side - 1,
                    columns = from % side - to % side + side - 1;
                Assert.Equal(rows * span + columns, At(1 + from, 1 + to));
            }
        }

        // Prompts stand after the class token, and are nowhere.
        Tensor prompted = relative.forward(1 + prompts + side * side, like);
        Assert.Equal(0, prompted[0, 0].narrow(0, 1, prompts).abs().max().item<float>());
        Assert.Equal(0, prompted[0, 0].narrow(1, 1, prompts).abs().max().item<float>());
        Assert.Equal(At(4, 7), prompted[0, 0, 4 + prompts, 7 + prompts].item<float>());
    }

    [Fact]
    public void AGatedMlpMultipliesTheHalvesOfItsFirstLayer()
    {
        const int width = 4,
            hidden = 6;
        using Mlp mlp = new(new BlockSizes(width, 1, hidden, Activation.Gelu, 1e-6) { IsGated = true, NormalizesHidden = true });
        foreach (var parameter in mlp.parameters())
            parameter.normal_(0, 0.5, new Generator(2));
        Tensor z = randn(2, 3, width, generator: new Generator(3)),
            inner = nn.functional.linear(z, mlp.fc1.weight, mlp.fc1.bias);
        Tensor gate = inner.narrow(-1, 0, hidden),
            value = inner.narrow(-1, hidden, hidden);
        Tensor product = gate.mul(gate.sigmoid()).mul(value),
            normed = nn.functional.layer_norm(product, [hidden], mlp.norm!.weight, mlp.norm.bias, 1e-6);
        Assert.True(nn.functional.linear(normed, mlp.fc2.weight, mlp.fc2.bias).allclose(mlp.forward(z), 1e-4, 1e-5));
    }
}
