namespace LiftPlus.Backbones;

/// <summary>Represents a position embedding with a row for each place of a grid.</summary>
/// <param name="Key">The name of its tensor.</param>
/// <param name="GlobalTokens">The number of rows in front that belong to no place.</param>
/// <param name="Rows">The number of places from top to bottom.</param>
/// <param name="Columns">The number of places from left to right.</param>
internal sealed record PositionGrid(string Key, int GlobalTokens, int Rows, int Columns);
