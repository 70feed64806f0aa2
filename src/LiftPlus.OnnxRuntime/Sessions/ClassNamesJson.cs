using System.Text.Json.Serialization;

namespace LiftPlus.Sessions;

/// <summary>Reads class names without reflection.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class ClassNamesJson : JsonSerializerContext;
