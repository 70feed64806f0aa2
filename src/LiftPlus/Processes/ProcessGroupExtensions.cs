using System.Text.Json;

namespace LiftPlus.Processes;

/// <summary>Makes all processes of a group decide the same.</summary>
internal static class ProcessGroupExtensions
{
    extension(IProcessGroup group)
    {
        /// <summary>Gets whether this is process 0.</summary>
        public bool IsFirst => group.Rank == 0;

        /// <summary>Gets whether there is no other process.</summary>
        public bool IsAlone => group.Count == 1;

        /// <summary>Returns whether a condition holds in any process.</summary>
        public bool Any(bool own) => group.IsAlone ? own : group.Gather([own ? (byte)1 : (byte)0]).Any(one => one is [1]);

        /// <summary>Returns the value of process 0.</summary>
        public T FromFirst<T>(T own) =>
            group.IsAlone
                ? own
                : JsonSerializer.Deserialize<T>(group.Gather(group.IsFirst ? JsonSerializer.SerializeToUtf8Bytes(own) : [])[0])!;

        /// <summary>Returns the values of all processes in the order of their numbers.</summary>
        public IReadOnlyList<T> FromAll<T>(T own, JsonSerializerOptions? json = null) =>
            group.IsAlone
                ? [own]
                :
                [
                    .. group
                        .Gather(JsonSerializer.SerializeToUtf8Bytes(own, json))
                        .Select(bytes => JsonSerializer.Deserialize<T>(bytes, json)!),
                ];
    }
}
