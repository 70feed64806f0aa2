using System.Globalization;
using System.Text.RegularExpressions;

namespace LiftPlus.Weights.Onnx;

/// <summary>
/// Represents the name of a constant that holds a tensor of the model: the tensor's own name, some of its rows if these are not all, and
/// whether it is transposed, as NumPy writes it: "image.blocks.11.attn.qkv.weight[0:768].T".
/// </summary>
/// <param name="Tensor">The name of the tensor.</param>
/// <param name="Rows">The first row and the one after the last; null for all.</param>
/// <param name="IsTransposed">Whether the constant is the transposed matrix.</param>
internal sealed partial record OnnxName(string Tensor, (long Start, long End)? Rows = null, bool IsTransposed = false)
{
    /// <summary>The name of other constants begins with it.</summary>
    public const string Unnamed = "constant_";

    /// <summary>Reads a name; null for the constants that are not tensors of the model.</summary>
    public static OnnxName? Parse(string name)
    {
        Match match = Pattern().Match(name);
        if (!match.Success || name.StartsWith(Unnamed, StringComparison.Ordinal))
            return null;
        bool hasRows = match.Groups["start"].Success;
        return new OnnxName(
            match.Groups["tensor"].Value,
            hasRows ? (Number(match.Groups["start"]), Number(match.Groups["end"])) : null,
            match.Groups["transposed"].Success
        );
    }

    public override string ToString() =>
        Tensor
        + (Rows is (long start, long end) ? string.Create(CultureInfo.InvariantCulture, $"[{start}:{end}]") : "")
        + (IsTransposed ? ".T" : "");

    private static long Number(Group digits) => long.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A(?<tensor>[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*?)(\[(?<start>[0-9]{1,15}):(?<end>[0-9]{1,15})\])?(?<transposed>\.T)?\z")]
    private static partial Regex Pattern();
}
