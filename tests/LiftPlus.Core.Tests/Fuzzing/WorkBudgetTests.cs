using System.Text;
using LiftPlus.Core.Tests.Weights;
using LiftPlus.Weights;

namespace LiftPlus.Core.Tests.Fuzzing;

/// <summary>Short files that ask for much work or memory: both are bounded in proportion to the file.</summary>
public sealed class WorkBudgetTests : IDisposable
{
    private const long AnyMemory = 64L << 20;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("collections", "OrderedDict")]
    [InlineData("torch", "Size")]
    public void AListThatIsCopiedAgainAndAgainIsRefused(string module, string name)
    {
        PickleBuilder pickle = PickleBuilder.Start().Op(']', '(');
        for (int i = 0; i < 20_000; i++)
            pickle.Op('N', 'N', 0x86);
        pickle.Op('e', 'q', 0).Global(module, name).Op('q', 1, '0');
        for (int i = 0; i < 100_000; i++)
            pickle.Op('h', 1, 'h', 0, 0x85, 'R', '0');
        Refuse(PickleBuilder.Archive(pickle.Op('N').Done()));
    }

    [Fact]
    public void ATensorWithAnEndlessShapeIsRefused()
    {
        PickleBuilder pickle = PickleBuilder.Start().Op('(');
        for (int i = 0; i < 50_000; i++)
            pickle.Op('K', 1);
        pickle.Op('t', 'q', 0).Global("torch._utils", "_rebuild_tensor").Op('q', 1);
        pickle.Op('(').Text("storage").Global("torch", "FloatStorage").Text("0").Text("cpu").Number(1).Op('t', 'Q', 'q', 2);
        for (int i = 0; i < 100_000; i++)
            pickle.Op('h', 1, '(', 'h', 2, 'K', 0, 'h', 0, 'h', 0, 't', 'R', '0');
        Refuse(PickleBuilder.Archive(pickle.Op('N').Done(), ("0", [1])));
    }

    [Fact]
    public void ALongKeyThatIsHashedAgainAndAgainIsRefused()
    {
        PickleBuilder pickle = PickleBuilder.Start().Text(new string('k', 1 << 20)).Op('q', 0, '}');
        for (int i = 0; i < 200_000; i++)
            pickle.Op('h', 0, 'N', 's');
        Refuse(PickleBuilder.Archive(pickle.Done()));
    }

    [Fact]
    public void NamesThatAShortPickleMakesByTheHundredThousandAreRefused()
    {
        PickleBuilder pickle = PickleBuilder.Start().Op('}').Text("t").Tensor("0", 1, 0, [1], [1]).Op('s', 'q', 0, '0');
        for (int level = 1; level <= 6; level++) // ten times the level below, six times
        {
            pickle.Op('}', '(');
            for (int i = 0; i < 10; i++)
                pickle.Text($"{i}").Op('h', level - 1);
            pickle.Op('u', 'q', level, '0');
        }

        Refuse(PickleBuilder.Archive(pickle.Op('h', 6).Done(), ("0", [.. new float[1 << 20]])));
    }

    [Fact]
    public void AHeaderOfManyTensorsIsRefused()
    {
        StringBuilder header = new("{");
        for (int i = 0; i < 200_000; i++)
            header.Append($$"""{{(i > 0 ? "," : "")}}"{{i}}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}""");
        Refuse(Header(header.Append('}')));
    }

    [Theory]
    [InlineData(100_000, 1)]
    [InlineData(1, 40 << 20)]
    public void AHeaderOfMuchMetadataIsRefused(int entries, int length)
    {
        StringBuilder header = new("{\"__metadata__\":{");
        for (int i = 0; i < entries; i++)
            header.Append($"{(i > 0 ? "," : "")}\"{i}\":\"").Append('x', length).Append('"');
        Refuse(Header(header.Append("}}")));
    }

    [Fact]
    public void ATowerOfManyBlocksIsRefused()
    {
        StringBuilder header = new("{");
        long offset = 0;
        void Add(string name, params long[] shape)
        {
            long bytes = shape.Aggregate(1L, (product, axis) => product * axis);
            header.Append($$"""{{(offset > 0 ? "," : "")}}"{{name}}":{"dtype":"U8","shape":[{{string.Join(',', shape)}}],""");
            header.Append($$"""  "data_offsets":[{{offset}},{{offset += bytes}}]}""");
        }

        Add("cls_token", 1, 1, 1);
        Add("pos_embed", 1, 2, 1);
        Add("patch_embed.proj.weight", 1, 3, 1, 1);
        Add("patch_embed.proj.bias", 1);
        Add("norm.weight", 1);
        Add("norm.bias", 1);
        for (int n = 0; n < 5000; n++)
        {
            foreach (string name in new[] { "norm1", "norm2" })
            {
                Add($"blocks.{n}.{name}.weight", 1);
                Add($"blocks.{n}.{name}.bias", 1);
            }

            Add($"blocks.{n}.attn.qkv.weight", 3, 1);
            Add($"blocks.{n}.attn.qkv.bias", 3);
            Add($"blocks.{n}.mlp.fc1.weight", 1, 1);
        }

        string path = _folder.Write("blocks.safetensors", [.. Header(header.Append('}')), .. new byte[offset]]);
        long before = GC.GetTotalAllocatedBytes();
        Assert.Contains("more than 1000 blocks", Assert.ThrowsAny<LiftPlusException>(() => Backbone.Load(path)).Message);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, AnyMemory + 20 * new FileInfo(path).Length);
    }

    private static byte[] Header(StringBuilder json) =>
        [.. BitConverter.GetBytes((long)json.Length), .. Encoding.UTF8.GetBytes(json.ToString())];

    private void Refuse(byte[] content)
    {
        string path = _folder.Write("file", content);
        long before = GC.GetTotalAllocatedBytes();
        string message = Assert.Throws<WeightFileException>(() => WeightFile.Open(path).Dispose()).Message;
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, AnyMemory + 50L * content.Length);
        Assert.InRange(message.Length, 20, 5000);
    }
}
