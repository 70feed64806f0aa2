using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("LiftPlus.Data.Tests")]
[assembly: InternalsVisibleTo("LiftPlus.Parity.Tests")]
