namespace LiftPlus.Data;

/// <summary>Represents an image of a JSON list with the label as it is written, or what is wrong with the item.</summary>
internal readonly record struct JsonItem(string Path, string Label, string? Fault = null);
