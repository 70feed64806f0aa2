using System.Runtime.CompilerServices;

namespace LiftPlus.Pickles;

/// <summary>Creates the dictionaries of a pickle.</summary>
internal static class PickleDictionary
{
    /// <summary>Creates an empty dictionary that stays fast even if a hostile file has chosen keys that collide.</summary>
    public static Dictionary<object, object> Create() => new(KeyComparer.Instance);

    // Equal texts and numbers are equal keys; anything else is a separate key. Numbers hash with the process's own seed.
    private sealed class KeyComparer : IEqualityComparer<object>
    {
        public static readonly KeyComparer Instance = new();

        public new bool Equals(object? one, object? other) =>
            (one, other) switch
            {
                (string text, string otherText) => text == otherText,
                (long number, long otherNumber) => number == otherNumber,
                (bool flag, bool otherFlag) => flag == otherFlag,
                _ => ReferenceEquals(one, other),
            };

        public int GetHashCode(object key) =>
            key switch
            {
                string text => text.GetHashCode(),
                long number => HashCode.Combine((int)number, (int)(number >> 32)), // both halves: a long's own hash is their exclusive or
                bool flag => flag ? 1 : 0,
                _ => RuntimeHelpers.GetHashCode(key),
            };
    }
}
