namespace LiftPlus.Backbones;

/// <summary>Represents a position embedding with a row for each place of a square grid.</summary>
/// <param name="Key">The name of its tensor.</param>
/// <param name="GlobalTokens">The number of rows in front that belong to no place.</param>
/// <param name="Side">The number of places along one side.</param>
internal sealed record PositionGrid(string Key, int GlobalTokens, int Side);
