using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Computes x Wᵀ + b with a W that a library inside libtorch has packed: the order in memory in which its kernel reads W, which it would
/// otherwise produce for every product. libtorch has these operators for compiled graphs. TorchSharp has no methods for them and its
/// script compiler does not know their namespaces; TorchScript that is loaded from an archive does.
/// </summary>
internal sealed class PackedProduct
{
    private static readonly Lazy<PackedProduct?> s_mkl = new(() =>
        Load(pack: "ops.mkl._mkl_reorder_linear_weight(weight, rows)", apply: "ops.mkl._mkl_linear(x, packed, weight, bias, rows)")
    );

    private static readonly Lazy<PackedProduct?> s_oneDnn = new(() =>
        Load(
            pack: "ops.mkldnn._reorder_linear_weight(weight, rows)",
            apply: "ops.mkldnn._linear_pointwise(x, packed, bias, \"none\", annotate(List[Optional[number]], []), None)"
        )
    );

    private readonly jit.ScriptModule _script;

    private PackedProduct(jit.ScriptModule script) => _script = script;

    /// <summary>Gets MKL's product; null where libtorch is built without MKL.</summary>
    public static PackedProduct? Mkl => s_mkl.Value;

    /// <summary>Gets oneDNN's product; null where libtorch is built without oneDNN.</summary>
    public static PackedProduct? OneDnn => s_oneDnn.Value;

    /// <summary>Packs W (out, in) for x of about this many rows. The result serves every number of rows.</summary>
    public Tensor Pack(Tensor weight, long rows) => (Tensor)_script.invoke("pack", weight, rows);

    /// <summary>Computes x (..., in) with packed W (out, in) and b (out) to (..., out).</summary>
    /// <param name="x">The input.</param>
    /// <param name="packed">What <see cref="Pack"/> returned.</param>
    /// <param name="weight">W, for its shape.</param>
    /// <param name="bias">b.</param>
    public Tensor Apply(Tensor x, Tensor packed, Tensor weight, Tensor? bias) =>
        (Tensor)_script.invoke("apply", x, packed, weight, bias!, x.numel() / x.shape[^1]);

    private static PackedProduct? Load(string pack, string apply)
    {
        string code = $"""
            class Product(Module):
              __parameters__ = []
              __buffers__ = []
              def pack(self: __torch__.Product, weight: Tensor, rows: int) -> Tensor:
                return {pack}
              def apply(self: __torch__.Product, x: Tensor, packed: Tensor, weight: Tensor, bias: Optional[Tensor], rows: int) -> Tensor:
                return {apply}

            """;
        try
        {
            return new PackedProduct(jit.load(Archive(code), "cpu"));
        }
        catch (ExternalException) // this libtorch lacks the operators
        {
            return null;
        }
    }

    // A TorchScript archive with one object of the class Product, which has no fields.
    private static byte[] Archive(string code)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Add(string name, byte[] content)
            {
                using Stream entry = archive.CreateEntry($"product/{name}", CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }

            // Pickles of Product.__new__() with an empty state, and of an empty tuple.
            Add("data.pkl", Encoding.Latin1.GetBytes("\u0080\u0002c__torch__\nProduct\n)\u0081}b."));
            Add("constants.pkl", Encoding.Latin1.GetBytes("\u0080\u0002)."));
            Add("code/__torch__.py", Encoding.UTF8.GetBytes(code));
            Add("version", "3\n"u8.ToArray());
        }

        return bytes.ToArray();
    }
}
