namespace LiftPlus.Weights;

/// <summary>Creates the rows that recur in every naming.</summary>
internal static class KeyRows
{
    /// <summary>Creates the rows of a layer's weight and bias.</summary>
    public static KeyRow[] Affine(string ours, string source) =>
        [new(ours + ".weight", source + ".weight"), new(ours + ".bias", source + ".bias")];

    /// <summary>Creates the rows of a fused query, key and value projection that the file holds as three layers.</summary>
    public static KeyRow[] Fused(string ours, string source, string query, string key, string value) =>
        [
            .. new[] { ".weight", ".bias" }.Select(end => new KeyRow(
                ours + end,
                [$"{source}.{query}{end}", $"{source}.{key}{end}", $"{source}.{value}{end}"],
                KeyTransform.Rows
            )),
        ];

    /// <summary>Creates the rows of a batch normalization, running statistics included.</summary>
    public static KeyRow[] Normalization(string ours, string source) =>
        [
            .. new[] { ".weight", ".bias", ".running_mean", ".running_var", ".num_batches_tracked" }.Select(end => new KeyRow(
                ours + end,
                source + end
            )),
        ];
}
