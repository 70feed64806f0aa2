using System.Globalization;

namespace LiftPlus.Fuzz;

/// <summary>Counts the inputs of a door.</summary>
/// <param name="Tried">All of them.</param>
/// <param name="Read">Those that were read without an exception.</param>
/// <param name="Time">The time that they took together.</param>
internal readonly record struct DoorCount(long Tried, long Read, TimeSpan Time)
{
    public DoorCount After(bool isRead, TimeSpan time) => new(Tried + 1, Read + (isRead ? 1 : 0), Time + time);

    public static DoorCount operator +(DoorCount one, DoorCount other) =>
        new(one.Tried + other.Tried, one.Read + other.Read, one.Time + other.Time);

    public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{Tried} {Read} {Time.Ticks}");

    public static DoorCount Parse(string line)
    {
        long[] numbers = [.. line.Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
        return new DoorCount(numbers[0], numbers[1], new TimeSpan(numbers[2]));
    }
}
